package io.leadhub.reply;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The approved templates of {@code hub.reply.templates}, one for each language, looked through at
 * the start: WhatsApp refuses one whose variables do not fit, and then the customer hears nothing.
 * See https://developers.facebook.com/docs/whatsapp/message-templates/guidelines
 */
@Component
class ReplyTemplates {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([A-Za-z0-9_]+)\\s*}}");
  private static final Set<String> LANGUAGES = Set.of("ru", "en", "th");
  private static final Set<String> HEADERS = Set.of("image", "video", "document");

  /** What may stand in a template of the lead; all of them are short and of one line. */
  private static final Set<String> FIELDS =
      Set.of("id", "name", "phone", "partnerCode", "partnerName", "createdAt", "firstMessage");

  private final Environment environment;
  private final boolean twilioIsOn;
  private final Map<String, HubSettings.Template> byLanguage = new HashMap<>();

  ReplyTemplates(HubSettings settings, Environment environment) {
    this.environment = environment;
    this.twilioIsOn =
        environment.getProperty("hub.destination.twilio", Boolean.class, false)
            && !environment.getProperty("hub.sandbox.twilio", Boolean.class, false);
    List<HubSettings.Template> templates = settings.reply().templates();
    for (int i = 0; i < templates.size(); i++) {
      check(templates.get(i), "hub.reply.templates[" + i + "]");
      byLanguage.put(templates.get(i).language(), templates.get(i));
    }
  }

  /**
   * The template of a language with the lead's own values, as the mappings of {@code routes/out}
   * read it: {@code name}, {@code language}, {@code contentSid}, {@code header} (type and url, or
   * null), {@code named} (whether its variables have names), {@code variables} (name and value, in
   * the order of the text) and {@code text}, what the customer will read.
   *
   * @return null when there is none
   */
  Map<String, Object> of(String language, Map<String, Object> lead) {
    HubSettings.Template template = byLanguage.get(language);
    if (template == null) {
      return null;
    }
    Map<String, Object> filled = new LinkedHashMap<>();
    filled.put("name", blankToNull(template.name()));
    filled.put("language", code(template));
    filled.put("contentSid", blankToNull(template.contentSid()));
    filled.put("header", header(template.header()));
    Map<String, String> fields = fields(template);
    filled.put("named", !isNumbered(fields.keySet()));
    List<Map<String, String>> variables = new ArrayList<>();
    Map<String, String> values = new HashMap<>();
    for (String placeholder : placeholders(template.body())) {
      String value = value(fields.get(placeholder), lead);
      variables.add(Map.of("name", placeholder, "value", value));
      values.put(placeholder, value);
    }
    filled.put("variables", variables);
    filled.put(
        "text",
        PLACEHOLDER
            .matcher(template.body())
            .replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(1)))));
    return filled;
  }

  private static Map<String, Object> header(HubSettings.Header header) {
    return header == null ? null : Map.of("type", header.type(), "url", header.url());
  }

  /** WhatsApp refuses line breaks, tabs and runs of spaces in a value, and an empty one. */
  private static String value(String field, Map<String, Object> lead) {
    String[] parts = field.split("\\|", 2);
    Object told = lead.get(parts[0].strip());
    String value = told == null ? "" : told.toString().replaceAll("\\s+", " ").strip();
    return value.isEmpty() ? (parts.length == 2 ? parts[1].strip() : "—") : value;
  }

  /** For each placeholder its field; numbers are counted, names stand before a =. */
  private static Map<String, String> fields(HubSettings.Template template) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String variable : template.variables()) {
      String[] parts = variable.split("=", 2);
      String number = String.valueOf(fields.size() + 1);
      fields.put(parts.length == 1 ? number : parts[0].strip(), parts[parts.length - 1].strip());
    }
    return fields;
  }

  private static String code(HubSettings.Template template) {
    return template.code().isBlank() ? template.language() : template.code();
  }

  private static String blankToNull(String text) {
    return text.isBlank() ? null : text;
  }

  private static boolean isNumbered(Set<String> placeholders) {
    return placeholders.stream().allMatch(ReplyTemplates::isNumber);
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(Character::isDigit);
  }

  /** In the order they first stand in the text; numbers in their own order. */
  private static Set<String> placeholders(String body) {
    Set<String> found = new LinkedHashSet<>();
    PLACEHOLDER.matcher(body).results().forEach(match -> found.add(match.group(1)));
    if (!isNumbered(found)) {
      return found;
    }
    return found.stream()
        .sorted((one, other) -> Integer.compare(Integer.parseInt(one), Integer.parseInt(other)))
        .collect(LinkedHashSet::new, Set::add, Set::addAll);
  }

  private void check(HubSettings.Template template, String key) {
    if (!LANGUAGES.contains(template.language())) {
      throw bad(key, "language", "is “" + template.language() + "”.", "Write ru, en or th.");
    }
    if (byLanguage.containsKey(template.language())) {
      throw bad(key, "language", "has a template already.", "Keep one for each language.");
    }
    if (!template.name().matches("[a-z0-9_]{1,512}") && !isTwiliosOnly(template)) {
      throw bad(
          key,
          "name",
          "“" + template.name() + "” is no name of a template.",
          "Write it as WhatsApp Manager shows it: small letters, digits and _.");
    }
    if (!code(template).matches("[a-z]{2,3}(_[A-Z]{2})?")) {
      throw bad(
          key,
          "code",
          "“" + template.code() + "” is no language code.",
          "Write it as WhatsApp Manager shows it, as en or en_US.");
    }
    checkSid(template, key);
    checkVariables(template, key);
    checkHeader(template.header(), key);
  }

  private static boolean isTwiliosOnly(HubSettings.Template template) {
    return template.name().isEmpty() && !template.contentSid().isBlank();
  }

  private void checkSid(HubSettings.Template template, String key) {
    boolean missing = template.contentSid().isBlank();
    if (missing ? twilioIsOn : !template.contentSid().matches("HX[0-9a-fA-F]{32}")) {
      throw bad(
          key,
          missing ? "name" : "content-sid",
          missing
              ? "has no content-sid, and Twilio sends templates by it."
              : "“" + template.contentSid() + "” is no SID of a content template.",
          "Write content-sid: HX and 32 hex digits, from Twilio's Content Template Builder.");
    }
  }

  private void checkVariables(HubSettings.Template template, String key) {
    if (template.body().isBlank()) {
      throw bad(
          key,
          "name",
          "has no body.",
          "Copy the approved text to body, with its {{1}}: variables are checked against it.");
    }
    Set<String> placeholders = placeholders(template.body());
    boolean numbered = isNumbered(placeholders);
    if (!numbered && placeholders.stream().anyMatch(ReplyTemplates::isNumber)) {
      throw bad(key, "body", "mixes {{1}} and {{name}}.", "WhatsApp allows only one of both.");
    }
    if (numbered && !placeholders.isEmpty() && !placeholders.contains("" + placeholders.size())) {
      throw bad(key, "body", "leaves a number out.", "Number them 1, 2, 3 and so on.");
    }
    Map<String, String> fields = fields(template);
    if (!placeholders.equals(fields.keySet())) {
      throw bad(
          key,
          template.variables().isEmpty() ? "body" : "variables",
          "the text has "
              + listed(placeholders)
              + ", and variables has "
              + listed(fields.keySet())
              + ".",
          "Give each {{…}} of the text its variable, and nothing else: [name, id] for {{1}} and {{2}},"
              + " [customer=name] for {{customer}}.");
    }
    for (String field : fields.values()) {
      if (!FIELDS.contains(field.split("\\|", 2)[0].strip())) {
        throw bad(
            key,
            "variables",
            "“" + field + "” is no field of the lead.",
            "Write one of "
                + String.join(", ", FIELDS.stream().sorted().toList())
                + "; after a bar what to say without it: name|guest.");
      }
    }
  }

  private static String listed(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names.stream().sorted().toList());
  }

  private void checkHeader(HubSettings.Header header, String key) {
    if (header != null
        && !(HEADERS.contains(header.type()) && header.url().matches("https://\\S+"))) {
      throw bad(
          key,
          "header",
          "needs a type and a url.",
          "Write type: image, video or document, and an https address.");
    }
  }

  private BadSettingException bad(String key, String field, String problem, String mend) {
    return new BadSettingException(environment, key + "." + field, problem, mend);
  }
}
