package io.leadhub.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.util.HtmlUtils;

/**
 * A message in Telegram's HTML. Stricter than Telegram in one point: a bare {@code &} is refused,
 * because it shows that somebody's words reached the message unescaped.
 *
 * @param text what is left without the tags
 * @param html the same, safe to show in a browser whoever wrote it
 */
record TelegramHtml(String text, String html) {

  private static final Pattern TOKEN =
      Pattern.compile(
          "<(?<end>/?)(?<tag>[a-zA-Z][a-zA-Z0-9-]*+)"
              + "(?<attributes>(?:\\s++[a-zA-Z-]++(?:=(?:\"[^\"]*+\"|'[^']*+'))?+){0,4})\\s*+>"
              + "|&(?:lt|gt|amp|quot|#\\d{1,7}|#x[0-9a-fA-F]{1,6});"
              + "|[<>&]");
  private static final Pattern HREF =
      Pattern.compile("\\bhref=(?:\"(?<double>[^\"]*)\"|'(?<single>[^']*)')");
  private static final Pattern SAFE_LINK =
      Pattern.compile("(?i)(?:https?://|tg://|mailto:|tel:).*");

  /** What a tag becomes in a browser; the browser knows most of them by the same name. */
  private static final Map<String, String> SHOWN =
      Map.of("strike", "s", "tg-spoiler", "span", "tg-emoji", "span");

  private static final Set<String> ALLOWED =
      Set.of(
          "b",
          "strong",
          "i",
          "em",
          "u",
          "ins",
          "s",
          "strike",
          "del",
          "span",
          "tg-spoiler",
          "a",
          "tg-emoji",
          "code",
          "pre",
          "blockquote");

  /**
   * @throws IllegalArgumentException in Telegram's words, when the text is malformed
   */
  static TelegramHtml parse(String source) {
    StringBuilder text = new StringBuilder();
    StringBuilder html = new StringBuilder();
    Deque<String> open = new ArrayDeque<>();
    Matcher token = TOKEN.matcher(source);
    int done = 0;
    while (token.find()) {
      add(source.substring(done, token.start()), text, html);
      done = token.end();
      if (token.group("tag") != null) {
        html.append(tag(token, open, source));
      } else if (token.group().length() > 1) {
        add(HtmlUtils.htmlUnescape(token.group()), text, html);
      } else if (token.group().equals("<")) {
        throw malformed("Unsupported start tag \"\"", source, token.start());
      } else {
        throw malformed("Unescaped \"" + token.group() + "\"", source, token.start());
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException(
          "Can't find end tag corresponding to start tag \"" + open.peek() + "\"");
    }
    add(source.substring(done), text, html);
    return new TelegramHtml(text.toString(), html.toString());
  }

  /** Text without markup, safe to show in a browser. */
  static TelegramHtml plain(String text) {
    return new TelegramHtml(text, HtmlUtils.htmlEscape(text, "UTF-8"));
  }

  private static void add(String words, StringBuilder text, StringBuilder html) {
    text.append(words);
    html.append(HtmlUtils.htmlEscape(words, "UTF-8"));
  }

  private static String tag(Matcher token, Deque<String> open, String source) {
    String name = token.group("tag").toLowerCase();
    String shown = SHOWN.getOrDefault(name, name);
    if (token.group("end").isEmpty()) {
      if (!ALLOWED.contains(name)) {
        throw malformed("Unsupported start tag \"" + name + "\"", source, token.start());
      }
      open.push(name);
      return "<" + shown + attributes(name, token.group("attributes")) + ">";
    }
    if (open.isEmpty()) {
      throw malformed("Unexpected end tag", source, token.start());
    }
    String expected = open.pop();
    if (!expected.equals(name)) {
      throw malformed(
          "Unmatched end tag, expected \"</" + expected + ">\", found \"</" + name + ">\"",
          source,
          token.start());
    }
    return "</" + shown + ">";
  }

  /** Only a link keeps an attribute, and only when it leads to a place, not to a script. */
  private static String attributes(String tag, String attributes) {
    if (tag.equals("tg-spoiler") || tag.equals("span")) {
      return " class=\"spoiler\"";
    }
    Matcher href = HREF.matcher(attributes);
    if (!tag.equals("a") || !href.find()) {
      return "";
    }
    String quoted = href.group("double") != null ? href.group("double") : href.group("single");
    String link = HtmlUtils.htmlUnescape(quoted);
    return SAFE_LINK.matcher(link).matches()
        ? " rel=\"noopener noreferrer\" href=\"" + HtmlUtils.htmlEscape(link, "UTF-8") + "\""
        : "";
  }

  private static IllegalArgumentException malformed(String what, String source, int at) {
    int offset = source.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
    return new IllegalArgumentException(what + " at byte offset " + offset);
  }
}
