package io.leadhub.chaos;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every remote, played by one HTTP server: what it was made to do goes into the history, whatever
 * it then answers. It can be asked what it did, as the real ones can.
 */
final class Remotes {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LEAD = Pattern.compile("№ (\\d+)");
  private static final Pattern REPORT =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d).*<code>(.+?)</code>");
  private static final Pattern PARTNER = Pattern.compile("code <code>(.+?)</code>");
  private static final Pattern PHONE = Pattern.compile("Phone: (\\+\\d+)");
  private static final Pattern REPEAT = Pattern.compile("(?i)repeat");

  /** The shortest patience of the hub's clients is 2 s here, the longest 15 s. */
  private static final int SILENCE_MILLIS = 22_000;

  private static final int TRICKLE_MILLIS = 1_500;

  /** Where a row of the sheet says so. */
  private static final int PARTNER_COLUMN = 2;

  private static final int PHONE_COLUMN = 4;

  /** All the while something comes: it is the whole that takes so long. */
  private static final int TRICKLE_PIECES_PER_SECOND = 2;

  /** What Meta, Twilio and the sheet keep, for those who ask. */
  private record Sent(String id, Map<String, String> fields, Instant at) {}

  private final History history;
  private final Map<Destination, Queue<Misbehaviour>> misbehaviours = new ConcurrentHashMap<>();
  private final Map<Destination, Queue<Misbehaviour>> whenAsked = new ConcurrentHashMap<>();
  private final Map<Destination, Misbehaviour> dead = new ConcurrentHashMap<>();
  private final Map<Destination, Consumer<String>> watchers = new ConcurrentHashMap<>();
  private final List<JsonNode> sheet = new CopyOnWriteArrayList<>();
  private final List<Sent> texts = new CopyOnWriteArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final WireMockServer server;
  private volatile Consumer<String> statuses = callback -> {};

  Remotes(History history) {
    this.history = history;
    server =
        new WireMockServer(
            options()
                .dynamicPort()
                .dynamicHttpsPort()
                .keystorePath(Certificate.store())
                .keystorePassword(Certificate.PASSWORD)
                .keyManagerPassword(Certificate.PASSWORD)
                .keystoreType("PKCS12")
                .containerThreads(300) // who is silent holds one for as long
                .disableRequestJournal()
                .extensions(new Play()));
    server.start();
    server.stubFor(any(anyUrl()).willReturn(aResponse()));
  }

  /** Where the hub finds them. */
  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** The same, behind a certificate that nobody vouches for. */
  String urlOfNobody() {
    return "https://127.0.0.1:" + server.httpsPort();
  }

  /** The next calls are answered like this, one each; those after them well. */
  void misbehave(Destination destination, List<Misbehaviour> calls) {
    misbehaviours.put(destination, new ConcurrentLinkedQueue<>(calls));
  }

  /** The next questions of what was done before are answered like this, one each. */
  void misbehaveWhenAsked(Destination destination, List<Misbehaviour> questions) {
    whenAsked.put(destination, new ConcurrentLinkedQueue<>(questions));
  }

  /**
   * Nothing is heard of it until all behave again.
   *
   * @param how each call ends
   */
  void die(Destination destination, Misbehaviour how) {
    dead.put(destination, how);
  }

  void behave() {
    misbehaviours.clear();
    whenAsked.clear();
    dead.clear();
    watchers.clear();
  }

  /** Whether every misbehaviour that was asked for was seen. */
  boolean misbehavedEnough() {
    return Stream.of(misbehaviours, whenAsked)
        .flatMap(calls -> calls.values().stream())
        .allMatch(Queue::isEmpty);
  }

  /**
   * Called with the key of what was done, after it was done and before it is answered; for as long
   * as it takes.
   */
  void whenDone(Destination destination, Consumer<String> watcher) {
    watchers.put(destination, watcher);
  }

  /** Gets the {@code biz_opaque_callback_data} and id of what Meta sent, for its status webhook. */
  void statusesOfMeta(Consumer<String> statuses) {
    this.statuses = statuses;
  }

  void stop() {
    server.stop();
  }

  private final class Play implements ResponseDefinitionTransformerV2 {

    @Override
    public ResponseDefinition transform(ServeEvent event) {
      Request request = event.getRequest();
      boolean asks = request.getMethod().equals(RequestMethod.GET);
      String path = request.getUrl();
      if (path.startsWith("/telegram")) {
        return asks ? ok(ourAccount()) : answer(Destination.TELEGRAM, () -> telegram(request));
      }
      if (path.startsWith("/graph")) {
        return asks ? ok(ourAccount()) : answer(Destination.META, () -> meta(request));
      }
      if (path.startsWith("/twilio")) {
        return asks
            ? tell(Destination.TWILIO, listTexts(request))
            : answer(Destination.TWILIO, () -> twilio(request));
      }
      if (path.startsWith("/google") && request.getMethod().equals(RequestMethod.PUT)) {
        return ok(
            JSON.createObjectNode().put("updatedRange", "Sheet1!A2")); // harmless when repeated
      }
      if (path.startsWith("/google")) {
        return asks
            ? tell(Destination.SHEETS, readSheet(path))
            : answer(Destination.SHEETS, () -> append(request));
      }
      return answer(Destination.WEBHOOK, () -> webhook(request));
    }

    @Override
    public String getName() {
      return "remotes";
    }
  }

  /** What a remote did: the key of it, and its answer. */
  private record Done(String key, ObjectNode answer) {}

  private interface Work {
    Done done();
  }

  private ResponseDefinition answer(Destination destination, Work work) {
    Misbehaviour how = how(destination, misbehaviours);
    boolean works = how == null || how.doesTheWork || takesAnything(destination, how);
    Done done = works ? work.done() : null;
    if (done != null && watchers.containsKey(destination)) {
      watchers.get(destination).accept(done.key);
    }
    return answer(destination, how, done == null ? JSON.createObjectNode() : done.answer);
  }

  /** Who asks what was done before is told it, or not. */
  private ResponseDefinition tell(Destination destination, ObjectNode answer) {
    return answer(destination, how(destination, whenAsked), answer);
  }

  private static ResponseDefinition answer(
      Destination destination, Misbehaviour how, ObjectNode answer) {
    if (how == null) {
      return ok(answer);
    }
    return switch (how) {
      case THROTTLES -> throttled(destination);
      case FAILS -> aResponse().withStatus(500).build();
      case RESETS, WORKS_AND_RESETS ->
          aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER).build();
      case SHOWS_A_PAGE, WORKS_AND_SHOWS_A_PAGE -> page(200);
      case WORKS_AND_ANSWERS_WRONG_JSON -> ok(JSON.createObjectNode().put("and", "so on"));
      case WORKS_AND_ANSWERS_502 -> page(502);
      case IS_SILENT, WORKS_AND_IS_SILENT -> json(answer).withFixedDelay(SILENCE_MILLIS).build();
      case TRICKLES -> json(answer).withChunkedDribbleDelay(5, TRICKLE_MILLIS).build();
      case TRICKLES_PAST_THE_LEASE -> trickle(answer, ShortRoutes.LEASE_MILLIS * 5 / 3);
      case TRICKLES_PAST_ALL_PATIENCE -> trickle(answer, SILENCE_MILLIS);
    };
  }

  private static ResponseDefinition trickle(ObjectNode answer, int millis) {
    int pieces = millis * TRICKLE_PIECES_PER_SECOND / 1_000;
    return json(answer)
        .withBody(answer + " ".repeat(pieces)) // or a short one would come in few pieces
        .withChunkedDribbleDelay(pieces, millis)
        .build();
  }

  private Misbehaviour how(
      Destination destination, Map<Destination, Queue<Misbehaviour>> misbehaviours) {
    Queue<Misbehaviour> calls = misbehaviours.get(destination);
    return dead.containsKey(destination)
        ? dead.get(destination)
        : calls == null ? null : calls.poll();
  }

  /** To the receiver of a signed webhook any 200 means that it was taken. */
  private static boolean takesAnything(Destination destination, Misbehaviour how) {
    return destination == Destination.WEBHOOK && how == Misbehaviour.SHOWS_A_PAGE;
  }

  private static ResponseDefinition throttled(Destination destination) {
    ObjectNode body = JSON.createObjectNode();
    switch (destination) {
      case TELEGRAM -> {
        body.put("ok", false).put("error_code", 429).put("description", "Too Many Requests");
        body.putObject("parameters").put("retry_after", 1);
      }
      case SHEETS -> body.putObject("error").put("code", 429).put("status", "RESOURCE_EXHAUSTED");
      case META -> body.putObject("error").put("code", 130429).put("message", "Rate limit hit");
      default -> body.put("code", 20429).put("message", "Too Many Requests");
    }
    return json(body).withStatus(429).withHeader("Retry-After", "1").build();
  }

  private static ResponseDefinition page(int status) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "text/html")
        .withBody("<html><body>Be right back</body></html>")
        .build();
  }

  private static ResponseDefinition ok(ObjectNode body) {
    return json(body).build();
  }

  private static ResponseDefinitionBuilder json(ObjectNode body) {
    return aResponse()
        .withStatus(200)
        .withHeader("Content-Type", "application/json")
        .withBody(body.toString());
  }

  /** The hub asks now and then whether its token is good. */
  private static ObjectNode ourAccount() {
    return JSON.createObjectNode().put("ok", true).put("id", "1");
  }

  private Done telegram(Request request) {
    JsonNode body = json(request);
    String text = body.path("text").asText();
    Matcher report = REPORT.matcher(text);
    String key = report.find() ? "report/" + report.group(2) + "/" + report.group(1) : lead(text);
    Matcher phone = PHONE.matcher(text);
    Matcher partner = PARTNER.matcher(text);
    String tells =
        phone.find() && partner.find() ? History.customer(phone.group(1), partner.group(1)) : "";
    String chat = body.path("chat_id").asText();
    int id = had(Destination.TELEGRAM, key, chat, tells, REPEAT.matcher(text).find());
    ObjectNode answer = JSON.createObjectNode().put("ok", true);
    answer
        .putObject("result")
        .put("message_id", id)
        .put("date", 1)
        .putObject("chat")
        .put("id", 7)
        .put("type", "private");
    return new Done(key, answer);
  }

  private Done meta(Request request) {
    JsonNode body = json(request);
    String key = lead(body.at("/text/body").asText());
    String id = "wamid.OUT" + had(Destination.META, key, "+" + body.path("to").asText(), "", false);
    JsonNode callback = body.path("biz_opaque_callback_data");
    ObjectNode status = JSON.createObjectNode().put("id", id).put("status", "sent");
    status.put("timestamp", Long.toString(Instant.now().getEpochSecond()));
    status.put("recipient_id", body.path("to").asText());
    statuses.accept(status.set("biz_opaque_callback_data", callback).toString());
    ObjectNode answer = JSON.createObjectNode().put("messaging_product", "whatsapp");
    answer.putArray("messages").addObject().put("id", id);
    return new Done(key, answer);
  }

  private Done twilio(Request request) {
    Map<String, String> form = form(request.getBodyAsString());
    String key = lead(form.get("Body"));
    String to = form.getOrDefault("To", "").replaceFirst("^whatsapp:", "");
    String id = "SM%032x".formatted(had(Destination.TWILIO, key, to, "", false));
    Sent sent = new Sent(id, form, Instant.now());
    texts.add(sent);
    return new Done(key, asTwilioTellsIt(sent));
  }

  /** {@code GET …/Messages.json?To=…&From=…}, newest first; all on one page. */
  private ObjectNode listTexts(Request request) {
    int query = request.getUrl().indexOf('?');
    Map<String, String> asked = form(query < 0 ? "" : request.getUrl().substring(query + 1));
    ObjectNode list = JSON.createObjectNode();
    ArrayNode messages = list.putArray("messages");
    list.putNull("next_page_uri");
    texts.stream()
        .filter(
            sent ->
                List.of("To", "From").stream()
                    .allMatch(
                        name ->
                            !asked.containsKey(name)
                                || asked.get(name).equals(sent.fields.get(name))))
        .forEach(sent -> messages.insert(0, asTwilioTellsIt(sent)));
    return list;
  }

  private static ObjectNode asTwilioTellsIt(Sent sent) {
    String at = DateTimeFormatter.RFC_1123_DATE_TIME.format(sent.at.atOffset(ZoneOffset.UTC));
    return JSON.createObjectNode()
        .put("sid", sent.id)
        .put("status", "queued")
        .put("to", sent.fields.get("To"))
        .put("from", sent.fields.get("From"))
        .put("body", sent.fields.get("Body"))
        .put("direction", "outbound-api")
        .put("date_created", at)
        .put("date_sent", at);
  }

  private Done append(Request request) {
    String key = "header";
    for (JsonNode row : json(request).path("values")) {
      sheet.add(row);
      if (!row.path(0).asText().equals("Lead")) {
        key = "lead/" + row.path(0).asText();
        String customer =
            History.customer(row.path(PHONE_COLUMN).asText(), row.path(PARTNER_COLUMN).asText());
        had(Destination.SHEETS, key, "", customer, false);
      }
    }
    ObjectNode answer = JSON.createObjectNode().put("spreadsheetId", "sheet");
    answer.putObject("updates").put("updatedRange", "Sheet1!A" + sheet.size());
    return new Done(key, answer);
  }

  /** Row 1, column A or all of it, whichever is asked for. */
  private ObjectNode readSheet(String path) {
    String range =
        URLDecoder.decode(path.replaceAll(".*/values/|\\?.*", ""), StandardCharsets.UTF_8);
    boolean columns = path.contains("majorDimension=COLUMNS");
    String cells = range.replaceFirst(".*!", "");
    ObjectNode answer = JSON.createObjectNode().put("range", range);
    answer.put("majorDimension", columns ? "COLUMNS" : "ROWS");
    List<JsonNode> rows = List.copyOf(sheet);
    if (rows.isEmpty()) {
      return answer;
    }
    ArrayNode values = answer.putArray("values");
    if (cells.matches("1:1|A1|A1:\\w+1")) {
      values.add(rows.get(0));
    } else if (columns) {
      ArrayNode column = values.addArray();
      rows.forEach(row -> column.add(row.path(0)));
    } else {
      boolean one = cells.matches("\\$?A\\$?\\d*:\\$?A\\$?\\d*");
      rows.forEach(row -> values.add(one ? JSON.createArrayNode().add(row.path(0)) : row));
    }
    return answer;
  }

  private Done webhook(Request request) {
    JsonNode event = json(request);
    JsonNode lead = event.path("data");
    String key =
        "lead/" + lead.path("id").asText() + " message " + lead.path("messageCount").asText();
    if (!event.path("type").asText().equals("lead.attributed")) {
      String tells =
          "%s, %s/%s"
              .formatted(
                  History.customer(lead.path("phone").asText(), lead.path("partnerCode").asText()),
                  lead.path("messageProvider").asText(),
                  lead.path("messageId").asText());
      String id = request.getHeader("webhook-id");
      history.had(new History.Effect(Destination.WEBHOOK, key, "", tells, id, false));
    }
    return new Done(key, JSON.createObjectNode());
  }

  private int had(
      Destination destination, String key, String to, String tells, boolean saysItRepeats) {
    int id = ids.incrementAndGet();
    history.had(
        new History.Effect(destination, key, to, tells, Integer.toString(id), saysItRepeats));
    return id;
  }

  private static String lead(String text) {
    Matcher number = LEAD.matcher(text);
    return number.find() ? "lead/" + number.group(1) : "no number in: " + text;
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new HashMap<>();
    for (String field : body.split("&")) {
      String[] pair = (field + "=").split("=", 3);
      form.put(
          URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
          URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  private static JsonNode json(Request request) {
    try {
      return JSON.readTree(request.getBodyAsString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("A remote was sent what is no JSON", e);
    }
  }
}
