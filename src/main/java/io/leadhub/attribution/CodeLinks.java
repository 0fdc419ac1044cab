package io.leadhub.attribution;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses in a text: nothing in them is a code, but for {@code ?ref=CODE} and {@code /w/CODE}.
 */
final class CodeLinks {

  /** Mail addresses, and sites with and without https; endings that a forgotten space makes not. */
  private static final Pattern LINK =
      Pattern.compile(
          "(?<![\\w.@/-])(?:(?:https?://|www\\.)\\S++"
              + "|[\\w.+-]++@[\\w-]++(?:\\.[\\w-]++){1,8}"
              + "|(?:[\\w-]++\\.){1,8}(?:com|net|org|info|biz|io|me|co|app|link|site|shop|travel|ru|рф|th|ua|kz"
              + "|by|de|fr|es|it|pl|uk|eu|us|cn|in|vn|id|tr)(?![\\w-])(?:[/?]\\S*+)?)",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

  /** Group 1 is a parameter's name, group 2 what may be a code. */
  private static final Pattern VALUE =
      Pattern.compile("(?:[?&]([^=&#?]++)=|/w/)([^&#?/=\"'<>)]++)");

  /**
   * @param start first char in the text
   * @param end behind its last one
   */
  record Link(int start, int end) {}

  /**
   * What may be a code.
   *
   * @param parameter the name before it, or null in a path
   * @param decoded as it is meant
   * @param start first char in the text
   * @param end behind its last one
   */
  record Value(String parameter, String decoded, int start, int end) {}

  private CodeLinks() {}

  static List<Link> in(String text) {
    if (!mayHold(text)) {
      return List.of();
    }
    return LINK.matcher(text).results().map(one -> new Link(one.start(), one.end())).toList();
  }

  /** Most messages hold none, and this is faster than to look for one. */
  private static boolean mayHold(String text) {
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
      if (dot + 1 < text.length() && Character.isLetter(text.charAt(dot + 1))) {
        return true;
      }
    }
    return text.contains("://");
  }

  static List<Value> values(String text, Link link) {
    List<Value> values = new ArrayList<>();
    Matcher matcher = VALUE.matcher(text).region(link.start, link.end);
    while (matcher.find()) {
      MatchResult found = matcher.toMatchResult();
      values.add(new Value(found.group(1), decoded(found.group(2)), found.start(2), found.end(2)));
    }
    return values;
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value; // a stray % in what is no address of ours
    }
  }
}
