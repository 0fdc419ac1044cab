package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.Beside;
import io.leadhub.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** How often the extractor is right, on messages as customers write them. */
@Beside
class CodeCorpusTest {

  private static final long SEED = 20_261_126;

  private static final CodeSettings SETTINGS = TestSettings.of(CodeSettings.class);

  /** Look-alikes that people and keyboards make, chosen by hand and not by the tables in use. */
  private static final Map<Character, String> LOOK_ALIKES =
      Map.ofEntries(
          Map.entry('A', "АΑаＡ"),
          Map.entry('B', "ВΒв"),
          Map.entry('C', "СсϹ"),
          Map.entry('E', "ЕΕеё"),
          Map.entry('H', "НΗн"),
          Map.entry('I', "ІΙ1lі"),
          Map.entry('J', "Јј"),
          Map.entry('K', "КΚк"),
          Map.entry('L', "I1ⅼ"),
          Map.entry('M', "МΜм"),
          Map.entry('N', "ΝＮ"),
          Map.entry('O', "ОΟ0о"),
          Map.entry('P', "РΡр"),
          Map.entry('S', "Ѕѕ"),
          Map.entry('T', "ТΤт"),
          Map.entry('X', "ХΧх"),
          Map.entry('Y', "УΥу"),
          Map.entry('Z', "ΖＺ"),
          Map.entry('0', "OО๐٠"),
          Map.entry('1', "Il๑١"),
          Map.entry('2', "๒２²"),
          Map.entry('3', "๓３З"),
          Map.entry('4', "๔४"),
          Map.entry('5', "๕５"),
          Map.entry('7', "๗７"),
          Map.entry('9', "๙９"));

  private static final List<PartnerDirectory.Entry> PARTNERS = partners();

  /** A flight, a model and a plate of the grammars. */
  private static final List<String> UNLUCKY = List.of("SU275", "PCX160", "XY123");

  /** Messages of one kind: how many codes were to be found, found, and found wrongly. */
  private static final class Group {
    private int messages;
    private int expected;
    private int right;
    private int wrong;
    private final List<String> misses = new ArrayList<>();

    double recall() {
      return expected == 0 ? 1 : (double) right / expected;
    }

    double precision() {
      return right + wrong == 0 ? 1 : (double) right / (right + wrong);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d messages, precision %.2f %%, recall %.2f %%",
          messages,
          100 * precision(),
          100 * recall());
    }
  }

  private final CodeExtractor extractor = TestCodes.extractor(PARTNERS, SETTINGS);
  private final Random random = new Random(SEED);
  private final Map<String, Group> groups = new LinkedHashMap<>();

  @Test
  void composedMessagesTellTheirCodes(TestReporter reporter) throws IOException {
    for (String line : Files.readAllLines(Path.of("src/test/resources/attribution/messages.tsv"))) {
      if (!line.isEmpty() && !line.startsWith("//")) {
        String[] columns = line.split("\t", 2);
        String[] codes = columns[0].split(" ");
        boolean suspected = columns[0].endsWith("?");
        tell(
            suspected
                ? "composed, suspected"
                : codes[0].equals("-") ? "composed, none" : "composed",
            columns[1].replace("\\n", "\n"),
            suspected ? Certainty.SUSPECTED : Certainty.SURE,
            codes[0].equals("-") ? new String[0] : columns[0].replace("?", "").split(" "));
      }
    }
    report(reporter);
    assertThat(all().messages).isGreaterThan(200);
    assertThat(all().misses).isEmpty();
  }

  @Test
  void grownMessagesTellTheirCodes(TestReporter reporter) {
    for (PartnerDirectory.Entry partner : PARTNERS) {
      String code = partner.code();
      for (String keyword : SETTINGS.keywords()) {
        tell("every keyword", announced(keyword, code), Certainty.SURE, code);
      }
      for (String keyword : List.of("code", "промокод", "รหัส", pick(SETTINGS.keywords()))) {
        for (String written : lookingLike(code)) {
          tell("every look-alike", announced(keyword, written), Certainty.SURE, code);
        }
        for (String written : rewritten(code)) {
          tell("written otherwise", announced(keyword, written), Certainty.SURE, code);
        }
      }
      if (hasDigit(code) && hasLetter(code) && !Words.isUnspaced(code.charAt(0))) {
        for (String written : lookingLike(code)) {
          if (hasDigit(written)) {
            tell("without a keyword", alone(written), Certainty.SURE, code);
          }
        }
      }
      if (hasDigit(code) && hasLetter(code) && code.matches("[A-Z0-9]{5,}")) {
        for (String written : mistyped(code)) {
          tell("typos", pick("Code: ", "Промокод ", "รหัส ") + written, Certainty.SUSPECTED, code);
        }
      }
    }
    report(reporter);
    Group all = all();
    assertThat(all.messages).isGreaterThan(20_000);
    assertThat(all.precision()).as(first(all.misses)).isGreaterThanOrEqualTo(0.999);
    assertThat(groups)
        .allSatisfy(
            (name, group) ->
                assertThat(group.recall())
                    .as(name + first(group.misses))
                    .isGreaterThanOrEqualTo(0.99));
  }

  @Test
  void messagesWithoutACodeGiveNone(TestReporter reporter) {
    CodelessMessages messages = new CodelessMessages(random);
    Set<String> different = new HashSet<>();
    for (String kind : CodelessMessages.kinds()) {
      for (int i = 0; i < 2_500; i++) {
        String message = messages.next(kind);
        different.add(message);
        tell(kind, message, unluckyCodes(message));
      }
    }
    report(reporter);
    assertThat(different).hasSizeGreaterThan(20_000);
    assertThat(all().misses).as(first(all().misses)).isEmpty();
  }

  /**
   * What is told by messages that nobody means a code in, because a partner has the code of a
   * flight, a plate or a model: surely where it stands as it was issued or alone, suspected where
   * it stands in two pieces or with a typo, not at all where the message says what it is.
   */
  private static Set<String> unluckyCodes(String message) {
    Set<String> sure = new TreeSet<>();
    Set<String> suspected = new TreeSet<>();
    for (String code : UNLUCKY) {
      String letters = code.replaceAll("\\d", "");
      String digits = code.replaceAll("\\D", "");
      String word = message.replaceAll("[?.!]$", "");
      if (word.matches(letters + " ?" + digits) || stands(code, message)) {
        sure.add(code + " sure");
      } else if (stands(letters + " " + digits + "(?! ?\\d)", message)
          || word.matches(code.substring(0, code.length() - 1) + "\\d")) {
        suspected.add(code + " suspected");
      }
    }
    return sure.isEmpty() ? suspected : sure;
  }

  private static boolean stands(String code, String message) {
    return Pattern.compile(
            "(?<!flight |рейс |เที่ยวบิน |машины |plate is |ทะเบียน )(?<![\\w-])"
                + code
                + "(?![\\w-])")
        .matcher(message)
        .find();
  }

  private void tell(String name, String text, Certainty certainty, String... codes) {
    Set<String> expected = new TreeSet<>();
    for (String code : codes) {
      expected.add(code + " " + certainty.word());
    }
    tell(name, text, expected);
  }

  private void tell(String name, String text, Set<String> expected) {
    Group group = groups.computeIfAbsent(name, any -> new Group());
    Set<String> found =
        extractor.find(text).stream()
            .map(one -> one.partner().code() + " " + one.certainty().word())
            .collect(Collectors.toCollection(TreeSet::new));
    group.messages++;
    group.expected += expected.size();
    int right = (int) found.stream().filter(expected::contains).count();
    group.right += right;
    group.wrong += found.size() - right;
    if (!found.equals(expected)) {
      group.misses.add("“" + text + "” gives " + found + ", not " + expected);
    }
  }

  private Group all() {
    Group all = new Group();
    groups
        .values()
        .forEach(
            group -> {
              all.messages += group.messages;
              all.expected += group.expected;
              all.right += group.right;
              all.wrong += group.wrong;
              all.misses.addAll(group.misses);
            });
    return all;
  }

  private void report(TestReporter reporter) {
    groups.forEach((name, group) -> reporter.publishEntry(name, group.toString()));
  }

  private static String first(List<String> misses) {
    return misses.stream().limit(25).collect(Collectors.joining("\n", "\n", "\n"));
  }

  private String announced(String keyword, String written) {
    String gap = pick(" ", ": ", " - ", "= ", " — ", ":", " 👉 ", ":\n", " «", " is ", " #", " *");
    String before =
        pick("", "", "Здравствуйте! ", "Hello, my ", "สวัสดีครับ ", "👋 ", "> ", "Хочу байк\n");
    String after = pick("", "", ".", "!", " 🙏", "\nThanks", ", спасибо", " ครับ", " please");
    boolean quoted = gap.endsWith("«");
    return before
        + pick(keyword, keyword, capital(keyword))
        + gap
        + written
        + (quoted ? "»" : after);
  }

  private String alone(String written) {
    return pick(
            "",
            "Здравствуйте, ",
            "Hi! ",
            "สวัสดีค่ะ",
            "я от ",
            "from ",
            "👋 ",
            "Нужен скутер на 3 дня. ")
        + written
        + pick("", ".", "!", " please", " спасибо", "ครับ", "\nЖду", ", thanks", " 🙏");
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** Each letter changed alone, and all that can be at once. */
  private Set<String> lookingLike(String code) {
    Set<String> written = new TreeSet<>(List.of(code));
    StringBuilder all = new StringBuilder(code);
    for (int i = 0; i < code.length(); i++) {
      String others = LOOK_ALIKES.getOrDefault(code.charAt(i), "");
      for (char other : others.toCharArray()) {
        written.add(code.substring(0, i) + other + code.substring(i + 1));
      }
      if (!others.isEmpty() && code.charAt(i) > '9') {
        all.setCharAt(i, others.charAt(0));
      }
    }
    written.add(all.toString());
    return written;
  }

  private Set<String> rewritten(String code) {
    Set<String> written = new TreeSet<>();
    boolean numeric = !hasLetter(code);
    int half = code.length() / 2;
    written.add(code.toLowerCase(Locale.ROOT));
    written.add(capital(code.toLowerCase(Locale.ROOT)));
    written.add(code.substring(0, half) + "\u200B" + code.substring(half));
    written.add("\u202A" + code + "\u202C");
    StringBuilder wide = new StringBuilder();
    StringBuilder zalgo = new StringBuilder();
    for (char each : code.toCharArray()) {
      wide.append(each > ' ' && each < 0x7F && each != '-' ? (char) (each + 0xFEE0) : each);
      zalgo.append(each).append(each < 0x500 ? "\u0336\u0323" : "");
    }
    written.add(wide.toString());
    written.add(zalgo.toString());
    boolean thai = code.codePoints().anyMatch(each -> Words.isUnspaced((char) each));
    if (!numeric && !thai) {
      written.add(code.substring(0, half) + "-" + code.substring(half));
      written.add(code.substring(0, half) + " " + code.substring(half));
      written.add(String.join(" ", code.split("")));
      written.add(code.replaceAll("(?<=\\p{L})(?=\\d)", " "));
      written.add(code.replaceAll("(?<=\\p{L})(?=\\d)", "-").toLowerCase(Locale.ROOT));
    }
    return written;
  }

  /** One edit each, none of which makes it another one's code or one edit from that. */
  private Set<String> mistyped(String code) {
    Set<String> written = new TreeSet<>();
    LookAlikes lookAlikes = new LookAlikes(SETTINGS);
    CodeIndex index = new CodeIndex(PARTNERS, lookAlikes);
    for (int i = 0; i < code.length(); i++) {
      String start = code.substring(0, i);
      String rest = code.substring(i + 1);
      written.add(start + rest);
      written.add(start + code.charAt(i) + code.charAt(i) + rest);
      written.add(start + (Character.isDigit(code.charAt(i)) ? '4' : 'W') + rest);
      if (!rest.isEmpty()) {
        written.add(start + rest.charAt(0) + code.charAt(i) + rest.substring(1));
      }
    }
    written.removeIf(
        each ->
            !index.at(lookAlikes.of(each)).isEmpty()
                || index.near(lookAlikes.of(each)).size() != 1
                || !hasDigit(each)
                || !hasLetter(each));
    return written;
  }

  private static boolean hasDigit(String code) {
    return code.chars().anyMatch(Character::isDigit);
  }

  private static boolean hasLetter(String code) {
    return code.chars().anyMatch(Character::isLetter);
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static List<PartnerDirectory.Entry> partners() {
    List<String> codes =
        new ArrayList<>(
            List.of(
                ("HOTEL1 HOTEL22 BLOG22 ABC123 ANNA МАША ร้านดี 2026 7777 48015 X-9_Z PHUKET-VILLA KATA5 PATONG88 RAWAI7 CAFE7"
                        + " SURF-2 DIVE4U VILLA12 MAX2024 TOUR_55 YOGA3 OLGA-K ИВАН7 ТУР24 ПХУКЕТ1 МОРЕ ОТЕЛЬ5 АННА1 ร้าน9 ภูเก็ต1"
                        + " B2B-77 A1RENT SUNNY KOH-SAMUI SAMUI8 BANGKOK9 TG-CHANNEL INSTA5 YOUTUBE1 B0B LOLA5 IVAN-TRAVEL 24RENT"
                        + " ЮЛЯ2026 ГИД-ОЛЕГ SMILE365 ΝΙΚΟΣ4 STRASSE9 CAFÉ33 NO1GUIDE ROOM101 SCOOTER-KING PRO777 K8 TAXI24H SU275 PCX160 XY123")
                    .split(" ")));
    for (String word :
        List.of("BEACH", "PALM", "GARDEN", "VIEW", "BAR", "SPA", "GYM", "FOX", "КОТ", "ЛЕС")) {
      for (String number : List.of("3", "15", "207", "-9X")) {
        codes.add(word + number);
      }
    }
    IssuedCodes issued = new IssuedCodes(new LookAlikes(SETTINGS), new Random(SEED));
    while (codes.size() < 220) {
      codes.add(issued.next(TestCodes.partners(codes.toArray(String[]::new))));
    }
    return TestCodes.partners(codes.toArray(String[]::new));
  }
}
