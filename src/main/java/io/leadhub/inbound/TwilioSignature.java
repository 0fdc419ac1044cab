package io.leadhub.inbound;

import io.leadhub.signature.Hmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says whether Twilio signed a POST: {@code X-Twilio-Signature}, the base64 HMAC-SHA1 with the auth
 * token of the URL and, for a form, of every field. See
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
public final class TwilioSignature {

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Pattern URL =
      Pattern.compile("(?<start>(?<scheme>https?)://[^/?]*?)(?<port>:\\d*)?(?<rest>[/?].*|)");

  private final List<Hmac> keys;

  /**
   * @param tokens auth tokens, more than one while an old one is being replaced; blank ones never
   *     match
   */
  public TwilioSignature(List<String> tokens) {
    keys = Hmac.sha1(tokens);
  }

  /**
   * A body that is no form (JSON) must have its SHA-256 in the query, as {@code bodySHA256}.
   *
   * @param url as Twilio was given it: scheme, host, port if any, path and query, nothing decoded
   * @param body the bytes as they arrived
   * @param contentType may be null
   * @param header the value of X-Twilio-Signature, or null
   */
  public boolean matches(String url, byte[] body, String contentType, String header) {
    if (header == null) {
      return false;
    }
    if (isForm(contentType)) {
      return isSigned(url, fields(body), header);
    }
    return isSigned(url, "", header) && hasHash(url, body);
  }

  private static boolean isForm(String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(FORM);
  }

  /** Sorted by name, name and value glued; a repeated name counts once for each different value. */
  private static String fields(byte[] body) {
    StringBuilder glued = new StringBuilder();
    new TreeMap<>(FormBody.of(body).fields())
        .forEach(
            (name, values) ->
                new TreeSet<>(values).forEach(value -> glued.append(name).append(value)));
    return glued.toString();
  }

  private boolean isSigned(String url, String fields, String header) {
    return spellings(url).stream()
        .map(spelling -> (spelling + fields).getBytes(StandardCharsets.UTF_8))
        .anyMatch(signed -> keys.stream().anyMatch(key -> Hmac.same(key.base64(signed), header)));
  }

  /**
   * Twilio is not consistent about the port and about quotes in the query, so its own libraries
   * accept every spelling: the port as it is, left out or the scheme's own, and ' as %27.
   */
  private static Set<String> spellings(String url) {
    Set<String> spellings = new LinkedHashSet<>();
    addQuotes(url, spellings);
    Matcher parts = URL.matcher(url);
    if (parts.matches()) {
      String start = parts.group("start");
      String rest = parts.group("rest");
      addQuotes(start + rest, spellings);
      addQuotes(start + (parts.group("scheme").equals("https") ? ":443" : ":80") + rest, spellings);
    }
    return spellings;
  }

  private static void addQuotes(String url, Set<String> spellings) {
    int query = url.indexOf('?');
    String path = query < 0 ? url : url.substring(0, query);
    String rest = url.substring(path.length());
    spellings.add(url);
    spellings.add(path + rest.replace("'", "%27"));
    spellings.add(path + rest.replace("%27", "'"));
  }

  private static boolean hasHash(String url, byte[] body) {
    int query = url.indexOf('?');
    return query >= 0
        && FormBody.of(url.substring(query + 1).getBytes(StandardCharsets.UTF_8))
            .values("bodySHA256")
            .stream()
            .limit(1)
            .anyMatch(hash -> Hmac.same(sha256(body), hash));
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java lacks SHA-256", e);
    }
  }
}
