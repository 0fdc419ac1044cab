package io.leadhub.visitor;

import io.leadhub.locale.Languages;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a request tells of whoever makes it; their address is not looked at. */
public final class Visitor {

  /** Thai vowels stand above letters, as marks. */
  private static final Pattern PLACEMENT = Pattern.compile("[\\p{L}\\p{M}\\p{N} ._-]{1,40}");

  private static final Pattern HOST = Pattern.compile("[a-z0-9._-]{1,255}");
  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

  /** What Cloudflare says for "unknown"; no country has these letters. */
  private static final String NOWHERE = "XX";

  /** Of Android's browsers those of phones say Mobile, see the hints to developers of Chrome. */
  private static final Pattern TABLET =
      Pattern.compile("iPad|Tablet|Kindle|Silk/|^(?!.*Mobile).*Android", Pattern.CASE_INSENSITIVE);

  private static final Pattern PHONE =
      Pattern.compile("iPhone|iPod|Mobile|Windows Phone", Pattern.CASE_INSENSITIVE);
  private static final Pattern DESKTOP =
      Pattern.compile("Windows NT|Macintosh|X11|CrOS", Pattern.CASE_INSENSITIVE);

  /**
   * How browsers say that they fetch a page before anybody asked for it: the standard's header, and
   * those of Chrome, Safari and Firefox before it.
   *
   * @see <a href="https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Sec-Purpose">MDN</a>
   */
  private static final List<String> PURPOSE =
      List.of("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz");

  /** How browsers begin, since there are any. */
  private static final Pattern BROWSER = Pattern.compile("^(Mozilla|Opera)/");

  /** Words and addresses by which programs name themselves inside; a Cubot is a telephone. */
  private static final Pattern BOT =
      Pattern.compile("(?<!\\bcu)bots?\\b|\\+http|\\+mailto", Pattern.CASE_INSENSITIVE);

  private final HttpServletRequest request;

  public Visitor(HttpServletRequest request) {
    this.request = request;
  }

  public boolean isPrefetching() {
    return PURPOSE.stream()
        .map(request::getHeader)
        .filter(purpose -> purpose != null)
        .map(purpose -> purpose.toLowerCase(Locale.ROOT))
        .anyMatch(purpose -> purpose.contains("prefetch") || purpose.contains("preview"));
  }

  /**
   * Whoever asks for headers only, is no browser, calls itself a bot or gives an address to
   * complain to, or is on the list, is no person.
   */
  public boolean isProgram(Pattern programs) {
    return request.getMethod().equals("HEAD")
        || !BROWSER.matcher(userAgent()).find()
        || BOT.matcher(userAgent()).find()
        || programs.matcher(userAgent()).find();
  }

  /**
   * @param previews as {@code hub.clicks.previews} has them
   */
  public static Pattern programs(List<String> previews) {
    String words =
        previews.stream()
            .map(
                word ->
                    word.startsWith("^")
                        ? "^" + Pattern.quote(word.substring(1))
                        : Pattern.quote(word))
            .collect(Collectors.joining("|"));
    return Pattern.compile(words.isEmpty() ? "(?!)" : words, Pattern.CASE_INSENSITIVE);
  }

  /** {@code ?lang=}, else what the browser prefers, else the default: ru, en or th. */
  public String language(Languages languages) {
    return toldLanguage(languages).orElseGet(languages::fallback);
  }

  /** The same, empty when neither names one that texts exist in. */
  public Optional<String> toldLanguage(Languages languages) {
    Stream<String> asked = Stream.ofNullable(request.getParameter("lang"));
    // Without the header the server would answer with its own locale.
    Stream<String> preferred =
        request.getHeader("Accept-Language") == null
            ? Stream.empty()
            : Collections.list(request.getLocales()).stream().map(Locale::toLanguageTag);
    return languages.firstOf(Stream.concat(asked, preferred).toList());
  }

  public String placement() {
    String placement = request.getParameter("placement");
    return placement != null && isPlacement(placement.strip()) ? placement.strip() : null;
  }

  public static boolean isPlacement(String placement) {
    return PLACEMENT.matcher(placement).matches();
  }

  /** As the proxy in front says, or null. */
  public String country(String header) {
    String told = header.isEmpty() ? null : request.getHeader(header);
    String country = told == null ? "" : told.strip().toUpperCase(Locale.ROOT);
    return COUNTRY.matcher(country).matches() && !country.equals(NOWHERE) ? country : null;
  }

  /** An iPad that asks for desktop pages can't be told from a Mac. */
  public String device() {
    String userAgent = userAgent();
    if (TABLET.matcher(userAgent).find()) {
      return "tablet";
    }
    if (PHONE.matcher(userAgent).find()) {
      return "phone";
    }
    return DESKTOP.matcher(userAgent).find() ? "desktop" : "other";
  }

  /** Its path and query could tell who somebody is. */
  public String referrer() {
    String referrer = request.getHeader("Referer");
    try {
      String host = referrer == null ? null : URI.create(referrer.strip()).getHost();
      String lower = host == null ? "" : host.toLowerCase(Locale.ROOT);
      return HOST.matcher(lower).matches() ? lower : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private String userAgent() {
    String userAgent = request.getHeader("User-Agent");
    return userAgent == null ? "" : userAgent;
  }
}
