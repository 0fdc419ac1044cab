package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.HubSettings;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/** Shows what the pretend providers were sent: a page for people, JSON for scripts. */
@SandboxController
final class SandboxPage {

  /** Few enough that every block stays in sight; scripts get them all. */
  private static final int MESSAGES = 8;

  private static final int ROWS = 20;

  /**
   * No script, no picture, nothing from elsewhere: were a text to slip through, it does nothing.
   */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'";

  private final SandboxJournal journal;
  private final FirstMessage firstMessage;
  private final ObjectMapper json;
  private final HubSettings.Sandbox played;
  private final ZoneId zone;
  private final SandboxTemplate template = new SandboxTemplate();

  SandboxPage(
      SandboxJournal journal, FirstMessage firstMessage, HubSettings settings, ObjectMapper json) {
    this.journal = journal;
    this.firstMessage = firstMessage;
    this.json = json;
    this.played = settings.sandbox();
    this.zone = settings.timeZone();
  }

  @GetMapping(
      path = {"/sandbox", "/sandbox/"},
      produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<String> page(
      @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, defaultValue = "") String accepted,
      @RequestParam(name = "lang", defaultValue = "") String wanted,
      @RequestParam(name = "refresh", defaultValue = "on") String refresh) {
    SandboxTexts texts = SandboxTexts.of(wanted, accepted);
    View view = new View(texts.locale());
    Map<String, Object> model = new HashMap<>();
    model.put("t", texts.all());
    model.put("lang", texts.locale().getLanguage());
    model.put("langGiven", !wanted.isEmpty());
    model.put("refreshing", !refresh.equals("off"));
    model.put("played", playedByProvider());
    model.put("empty", journal.newest(1).isEmpty());
    model.put("command", firstMessage.command());
    model.put("replies", view.replies());
    model.put("chats", view.chats());
    model.put("tabs", view.tabs());
    model.put("events", view.events());
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .header("Content-Security-Policy", POLICY)
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE)
        .contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
        .body(template.render(model));
  }

  @GetMapping(path = "/sandbox", params = "format=json")
  List<SandboxCall> asJson(
      @RequestParam(name = "provider", defaultValue = "") String provider,
      @RequestParam(name = "limit", defaultValue = "1000") int limit) {
    return calls(provider, limit);
  }

  @GetMapping("/sandbox/calls")
  List<SandboxCall> calls(
      @RequestParam(name = "provider", defaultValue = "") String provider,
      @RequestParam(name = "limit", defaultValue = "1000") int limit) {
    int most = Math.max(0, Math.min(limit, SandboxJournal.MEMORY));
    return provider.isEmpty() ? journal.newest(most) : journal.newest(provider, most);
  }

  private Map<String, Boolean> playedByProvider() {
    return Map.of(
        "whatsapp", played.meta() || played.twilio() || played.d360() || played.wati(),
        "telegram", played.telegram(),
        "sheets", played.googleSheets(),
        "webhook", played.webhook());
  }

  /** The calls as one reader sees them. The records are public for FreeMarker to read them. */
  private final class View {

    private final LocalDate today = LocalDate.now(zone);
    private final DateTimeFormatter day;

    View(Locale locale) {
      day = DateTimeFormatter.ofPattern("d MMM, HH:mm:ss", locale);
    }

    List<Message> replies() {
      return Stream.of(
              SandboxJournal.META, SandboxJournal.TWILIO, SandboxJournal.D360, SandboxJournal.WATI)
          .flatMap(provider -> journal.newest(provider, MESSAGES).stream())
          .sorted(Comparator.comparingLong(SandboxCall::id).reversed())
          .limit(MESSAGES)
          .map(call -> message(call, TelegramHtml.plain(call.text()).html()))
          .toList();
    }

    List<Message> chats() {
      return journal.newest(SandboxJournal.TELEGRAM, MESSAGES).stream()
          .map(call -> message(call, telegram(call)))
          .toList();
    }

    List<Message> events() {
      return journal.newest(SandboxJournal.WEBHOOK, MESSAGES).stream()
          .map(call -> message(call, TelegramHtml.plain(pretty(call.body())).html()))
          .toList();
    }

    /** Newest rows first, and the first row, the heading, above them. */
    Collection<Tab> tabs() {
      Map<String, Tab> tabs = new LinkedHashMap<>();
      for (SandboxCall call : journal.newest(SandboxJournal.SHEETS, ROWS)) {
        tabs.computeIfAbsent(call.target(), this::tab).add(call);
      }
      return tabs.values();
    }

    private Tab tab(String name) {
      Tab tab = new Tab(name, new ArrayList<>());
      journal.oldest(SandboxJournal.SHEETS, name, 1).forEach(tab::add);
      return tab;
    }

    private Message message(SandboxCall call, String html) {
      ZonedDateTime at = call.at().atZone(zone);
      boolean isToday = at.toLocalDate().equals(today);
      String time = at.format(isToday ? DateTimeFormatter.ofPattern("HH:mm:ss") : day);
      return new Message(
          call.target(), call.provider(), time, call.at().toString(), call.text(), html);
    }

    private static String telegram(SandboxCall call) {
      String text = call.body().path("text").asText();
      boolean html = "HTML".equalsIgnoreCase(call.body().path("parse_mode").asText());
      return (html ? TelegramHtml.parse(text) : TelegramHtml.plain(text)).html();
    }

    private String pretty(JsonNode body) {
      return body.isEmpty() ? "{}" : json.valueToTree(body).toPrettyString();
    }
  }

  /**
   * @param html the text, safe to show
   */
  public record Message(
      String target, String provider, String time, String at, String text, String html) {}

  /** A tab of the spreadsheet; the first row in the list is the sheet's first. */
  public record Tab(String name, List<Row> rows) {

    void add(SandboxCall call) {
      Row row = new Row(SandboxSheets.row(call), SandboxSheets.cells(call.body().path("values")));
      if (rows.stream().noneMatch(other -> other.number == row.number)) {
        rows.add(row); // an older call for the same row is what it was before
      }
    }

    public List<String> letters() {
      int columns = rows.stream().mapToInt(row -> row.cells().size()).max().orElse(0);
      return Stream.iterate(1, column -> column + 1)
          .limit(columns)
          .map(CellRange::letters)
          .toList();
    }
  }

  public record Row(int number, List<String> cells) {}
}
