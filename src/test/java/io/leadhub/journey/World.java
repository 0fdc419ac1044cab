package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.noContent;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseTransformerV2;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.Response;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every remote the hub talks to, played by one HTTP server. It answers as the remotes do when all
 * is well, remembers everything it was sent, and misbehaves when a test tells it to.
 */
final class World {

  /** Where each remote lives on the server. */
  static final String TELEGRAM = "/telegram/bot[^/]+/sendMessage";

  static final String META = "/graph/v23.0/[^/]+/messages";
  static final String TWILIO = "/twilio/2010-04-01/Accounts/[^/]+/Messages.json";
  static final String D360 = "/360dialog/messages";
  static final String WATI_TEXT = "/wati/api/v1/sendSessionMessage/[^/]+";
  static final String WATI_TEMPLATE = "/wati/api/v2/sendTemplateMessage";
  static final String WATI_LIST = "/wati/api/v1/getMessages/[^/]+";
  static final String TWILIO_MESSAGE = "/twilio/2010-04-01/Accounts/[^/]+/Messages/[^/]+\\.json";
  static final String META_NUMBER = "/graph/v23.0/\\d+";
  static final String TWILIO_ACCOUNT = "/twilio/2010-04-01/Accounts/[^/]+[.]json";
  static final String D360_HEALTH = "/360dialog/health_status";
  static final String WATI_TEMPLATES = "/wati/api/v1/getMessageTemplates";
  static final String TELEGRAM_ME = "/telegram/bot[^/]+/getMe";
  static final String SHEET = "/google/v4/spreadsheets/[^/]+/values/[^/]+";
  static final String APPEND = SHEET + ":append";
  static final String CRM = "/crm";

  /** What Telegram was asked to send, as the bot with that token. */
  record TelegramMessage(String token, long chat, String text, String parseMode) {}

  /** One call that appended rows to the sheet. */
  record Append(String sheet, String range, String input, List<List<String>> rows) {}

  /** What Meta was asked to send. */
  record MetaReply(String sender, String authorization, JsonNode body) {
    String text() {
      return body.at("/text/body").asText();
    }
  }

  /** What Twilio was asked to send. */
  record TwilioReply(String account, String user, String password, Map<String, String> form) {}

  /** What the business's own system was told. */
  record CrmEvent(String id, String timestamp, String signature, byte[] raw, JsonNode body) {
    String type() {
      return body.path("type").asText();
    }

    JsonNode lead() {
      return body.path("data");
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TOKEN = Pattern.compile("/telegram/bot([^/]+)/");
  private static final int USUAL = 10;
  private static final int UNUSUAL = 1;

  private final Held held = new Held();
  private final Works works = new Works();
  private final WireMockServer server =
      new WireMockServer(options().dynamicPort().containerThreads(40).extensions(works, held));
  private final List<StubMapping> misbehaviours = new ArrayList<>();

  World() {
    server.start();
    usually(
        post(urlPathMatching(TELEGRAM)),
        okJson(
            "{\"ok\":true,\"result\":{\"message_id\":{{randomInt lower=1 upper=2000000000}},"
                + "\"date\":1790000000,\"chat\":{\"id\":1,\"type\":\"private\"}} }"));
    usually(post(urlPathMatching(META)), aResponse());
    usually(post(urlPathMatching(TWILIO)), aResponse().withStatus(201));
    usually(get(urlPathMatching(TWILIO)), aResponse());
    usually(post(urlPathMatching(D360)), aResponse());
    usually(post(urlPathMatching(WATI_TEXT)), aResponse());
    usually(post(urlPathMatching(WATI_TEMPLATE)), aResponse());
    usually(get(urlPathMatching(WATI_LIST)), aResponse());
    usually(
        get(urlPathMatching(TWILIO_MESSAGE)),
        okJson("{\"sid\":\"SM1\",\"price\":\"-0.00500\",\"price_unit\":\"USD\"}"));
    usually(get(urlPathMatching(SHEET)), aResponse());
    usually(put(urlPathMatching(SHEET)), okJson("{\"updatedRange\":\"Sheet1!A2:I2\"}"));
    usually(
        post(urlPathMatching(APPEND)),
        okJson(
            "{\"spreadsheetId\":\"sheet\","
                + "\"updates\":{\"updatedRange\":\"Sheet1!A2:I2\",\"updatedRows\":1} }"));
    usually(post(urlPathMatching(CRM)), noContent());
    String health =
        "\"quality_rating\":\"GREEN\",\"health_status\":{\"can_send_message\":\"AVAILABLE\"}";
    usually(
        get(urlPathMatching(META_NUMBER)),
        okJson(
            "{\"id\":\"200000000000002\",\"messaging_limit_tier\":\"TIER_1K\"," + health + " }"));
    usually(get(urlPathMatching(D360_HEALTH)), okJson("{\"id\":\"360360\"," + health + " }"));
    usually(get(urlPathMatching(TWILIO_ACCOUNT)), okJson("{\"status\":\"active\"}"));
    usually(get(urlPathMatching(WATI_TEMPLATES)), okJson("{\"result\":\"success\"}"));
    usually(get(urlPathMatching(TELEGRAM_ME)), okJson("{\"ok\":true}"));
  }

  int port() {
    return server.port();
  }

  private void usually(MappingBuilder request, ResponseDefinitionBuilder answer) {
    server.stubFor(
        request
            .atPriority(USUAL)
            .willReturn(answer.withTransformers("response-template", Works.NAME)));
  }

  /** Does what it is asked for, and then answers like this, until {@link #behaves}. */
  void losesItsAnswer(String remote, ResponseDefinitionBuilder answer) {
    answers(post(urlPathMatching(remote)), answer.withTransformers(Works.NAME));
  }

  /** Does what it is asked for and stays silent until {@link #behaves}. */
  void isSilentAfterTheWorkAt(String remote) {
    held.hold();
    answers(post(urlPathMatching(remote)), serverError().withTransformers(Works.NAME, Held.NAME));
  }

  /** The sheet as it is now, headings first; change it as people do. */
  List<List<String>> sheet() {
    return works.sheet;
  }

  /** What really was sent to the customer, by whichever provider. */
  List<Sent> sent(Customer customer) {
    return works.sent.stream()
        .filter(
            sent -> customer.number() != null && sent.to.endsWith(customer.number().substring(1)))
        .toList();
  }

  /** The same for whoever shows no phone number. */
  List<Sent> sentTo(String waUserId) {
    return works.sent.stream().filter(sent -> sent.to.endsWith(waUserId)).toList();
  }

  /** Meta or Twilio sent this before, for whomever. */
  void hasSent(Sent sent) {
    works.sent.add(sent);
  }

  /** What really appeared in a chat. */
  List<String> appeared(long chat) {
    return works.telegram.stream()
        .filter(message -> message.chat == chat)
        .map(TelegramMessage::text)
        .toList();
  }

  /** From now on, until {@link #behaves}. The latest misbehaviour that fits counts. */
  void answers(MappingBuilder request, ResponseDefinitionBuilder answer) {
    misbehaviours.add(server.stubFor(request.atPriority(UNUSUAL).willReturn(answer)));
  }

  /** Whatever is sent there is answered like this, until {@link #behaves}. */
  void answers(String remote, ResponseDefinitionBuilder answer) {
    answers(any(urlPathMatching(remote)), answer);
  }

  /** The next fitting request only. */
  void answersOnce(MappingBuilder request, ResponseDefinitionBuilder answer) {
    answers(
        request
            .inScenario(UUID.randomUUID().toString())
            .whenScenarioStateIs(Scenario.STARTED)
            .willSetStateTo("answered"),
        answer);
  }

  /** Takes the request and stays silent until {@link #behaves}. */
  void isSilentAt(MappingBuilder request) {
    held.hold();
    answers(request, serverError().withTransformers(Held.NAME));
  }

  /** All is well again. */
  void behaves() {
    misbehaviours.forEach(server::removeStub);
    misbehaviours.clear();
    held.release();
  }

  List<TelegramMessage> telegram(long chat) {
    return received(TELEGRAM).map(World::telegram).filter(sent -> sent.chat == chat).toList();
  }

  List<Append> appends() {
    return received(APPEND).map(World::append).toList();
  }

  /** The sheet's rows for the customer with that number or user id. */
  List<List<String>> rows(Customer customer) {
    return appends().stream()
        .flatMap(append -> append.rows.stream())
        .filter(row -> row.contains(customer.number()) || row.contains(customer.waUserId()))
        .toList();
  }

  List<MetaReply> metaReplies(Customer customer) {
    return received(META)
        .map(World::metaReply)
        .filter(
            sent ->
                customer.phone() != null
                    ? sent.body.path("to").asText().equals(customer.phone())
                    : sent.body.path("recipient").asText().equals(customer.waUserId()))
        .toList();
  }

  List<TwilioReply> twilioReplies(Customer customer) {
    // Twilio is also asked there what it has sent.
    return received(TWILIO)
        .filter(request -> request.getMethod().equals(RequestMethod.POST))
        .map(World::twilioReply)
        .filter(sent -> sent.form.get("To").equals("whatsapp:" + customer.number()))
        .toList();
  }

  /** What the CRM was told of that customer's leads, in the order it came. */
  List<CrmEvent> crm(Customer customer) {
    return received(CRM)
        .map(World::crmEvent)
        .filter(
            told ->
                customer.phone() != null
                    ? told.lead().path("phone").asText().equals(customer.number())
                    : told.lead().path("waUserId").asText().equals(customer.waUserId()))
        .toList();
  }

  /** Everything that came to a path, oldest first. */
  Stream<LoggedRequest> received(String path) {
    return server.getAllServeEvents().stream()
        .map(ServeEvent::getRequest)
        .filter(request -> request.getUrl().split("\\?")[0].matches(path))
        .sorted(Comparator.comparing(LoggedRequest::getLoggedDate));
  }

  private static TelegramMessage telegram(LoggedRequest request) {
    JsonNode body = json(request);
    Matcher token = TOKEN.matcher(request.getUrl());
    return new TelegramMessage(
        token.find() ? token.group(1) : null,
        body.path("chat_id").asLong(),
        body.path("text").asText(),
        body.path("parse_mode").asText());
  }

  private static Append append(LoggedRequest request) {
    String[] path = request.getUrl().split("\\?")[0].split("/");
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : json(request).path("values")) {
      List<String> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(cell.asText()));
      rows.add(cells);
    }
    return new Append(
        path[4],
        path[6].replace(":append", ""),
        request.queryParameter("valueInputOption").firstValue(),
        rows);
  }

  private static MetaReply metaReply(LoggedRequest request) {
    return new MetaReply(
        request.getUrl().split("/")[3], request.getHeader("Authorization"), json(request));
  }

  private static TwilioReply twilioReply(LoggedRequest request) {
    String[] basic =
        new String(
                Base64.getDecoder()
                    .decode(request.getHeader("Authorization").replaceFirst("^Basic ", "")),
                StandardCharsets.UTF_8)
            .split(":", 2);
    Map<String, String> form = new LinkedHashMap<>();
    for (String field : request.getBodyAsString().split("&")) {
      String[] pair = field.split("=", 2);
      form.put(decode(pair[0]), decode(pair[1]));
    }
    return new TwilioReply(request.getUrl().split("/")[4], basic[0], basic[1], form);
  }

  private static CrmEvent crmEvent(LoggedRequest request) {
    return new CrmEvent(
        request.getHeader("webhook-id"),
        request.getHeader("webhook-timestamp"),
        request.getHeader("webhook-signature"),
        request.getBody(),
        json(request));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode json(LoggedRequest request) {
    try {
      return JSON.readTree(request.getBodyAsString());
    } catch (JsonProcessingException e) {
      throw new AssertionError(
          "A remote was sent what is no JSON: " + request.getBodyAsString(), e);
    }
  }

  /**
   * A message at its customer.
   *
   * @param key what we gave Meta along with it; of Wati's template the words it became
   */
  record Sent(String id, String from, String to, String text, String key, Instant at) {}

  /** Does what the remotes do, whatever is answered then. */
  private static final class Works implements ResponseTransformerV2 {

    static final String NAME = "works";

    private static final Pattern COLUMN = Pattern.compile("(?:.*!)?([A-Z])(\\d+):[A-Z]");
    private static final Pattern CELLS = Pattern.compile("(?:.*!)?([A-Z])(\\d+):[A-Z]\\2");
    private static final Pattern ROW = Pattern.compile("(?:.*!)?(\\d+):\\d+");

    final List<List<String>> sheet = new CopyOnWriteArrayList<>();
    final List<Sent> sent = new CopyOnWriteArrayList<>();
    final List<TelegramMessage> telegram = new CopyOnWriteArrayList<>();

    @Override
    public Response transform(Response response, ServeEvent event) {
      LoggedRequest request = event.getRequest();
      String path = request.getUrl().split("\\?")[0];
      boolean post = request.getMethod().equals(RequestMethod.POST);
      String body = null;
      if (path.matches(APPEND)) {
        Append append = append(request);
        sheet.addAll(append.rows);
        body =
            "{\"updates\":{\"updatedRange\":\"Sheet1!%s2:I2\"}}"
                .formatted(append.range.replaceAll("(?:.*!)?([A-Z]+).*", "$1"));
      } else if (path.matches(SHEET) && request.getMethod().equals(RequestMethod.PUT)) {
        update(decode(path.split("/")[6]), json(request).path("values").path(0));
      } else if (path.matches(SHEET)) {
        body = "{\"values\":" + JSON.valueToTree(values(decode(path.split("/")[6]))) + "}";
      } else if (path.matches(META)) {
        body = "{\"messages\":[{\"id\":\"" + sentByMeta(request) + "\"}]}";
      } else if (path.matches(D360)) {
        body = "{\"messages\":[{\"id\":\"" + sentBy360dialog(request) + "\"}]}";
      } else if (path.matches(WATI_TEXT) || path.matches(WATI_TEMPLATE)) {
        body = sentByWati(request, path).toString();
      } else if (path.matches(WATI_LIST)) {
        body = watiList(path).toString();
      } else if (path.matches(TWILIO) && post) {
        body = "{\"status\":\"queued\",\"sid\":\"" + sentByTwilio(request) + "\"}";
      } else if (path.matches(TWILIO)) {
        body = twilioList(request).toString();
      } else if (path.matches(TELEGRAM)) {
        telegram.add(telegram(request));
      }
      boolean lost = response.getStatus() / 100 != 2 || response.getFault() != null;
      return body == null || lost
          ? response
          : Response.Builder.like(response).but().body(body).build();
    }

    private List<List<String>> values(String range) {
      Matcher row = ROW.matcher(range);
      if (row.matches()) {
        return sheet.stream().skip(Integer.parseInt(row.group(1)) - 1).limit(1).toList();
      }
      Matcher column = COLUMN.matcher(range);
      if (!column.matches()) {
        throw new AssertionError("Nobody reads this range: " + range);
      }
      int index = column.group(1).charAt(0) - 'A';
      return sheet.stream()
          .skip(Integer.parseInt(column.group(2)) - 1)
          .map(cells -> index < cells.size() ? List.of(cells.get(index)) : List.<String>of())
          .toList();
    }

    /** As Google does: null leaves a cell as it is. */
    private void update(String range, JsonNode cells) {
      Matcher row = CELLS.matcher(range);
      if (!row.matches()) {
        throw new AssertionError("Nobody writes this range: " + range);
      }
      int line = Integer.parseInt(row.group(2)) - 1;
      int first = row.group(1).charAt(0) - 'A';
      List<String> updated = new ArrayList<>(sheet.get(line));
      for (int i = 0; i < cells.size(); i++) {
        while (updated.size() <= first + i) {
          updated.add("");
        }
        if (!cells.get(i).isNull()) {
          updated.set(first + i, cells.get(i).asText());
        }
      }
      sheet.set(line, updated);
    }

    private String sentByMeta(LoggedRequest request) {
      MetaReply reply = metaReply(request);
      String id = "wamid.OUT" + UUID.randomUUID();
      String key = reply.body.path("biz_opaque_callback_data").asText();
      String to = reply.body.path("to").asText(reply.body.path("recipient").asText());
      sent.add(new Sent(id, reply.sender, to, reply.text(), key, Instant.now()));
      return id;
    }

    private String sentBy360dialog(LoggedRequest request) {
      JsonNode body = json(request);
      String id = "wamid.OUT" + UUID.randomUUID();
      String key = body.path("biz_opaque_callback_data").asText();
      String text = body.at("/text/body").asText(body.at("/template/name").asText());
      String to = body.path("to").asText(body.path("recipient").asText());
      sent.add(new Sent(id, "360dialog", to, text, key, Instant.now()));
      return id;
    }

    private JsonNode sentByWati(LoggedRequest request, String path) {
      String id = UUID.randomUUID().toString();
      ObjectNode answer = JSON.createObjectNode().put("result", true);
      if (path.matches(WATI_TEXT)) {
        String to = path.substring(path.lastIndexOf('/') + 1);
        String text = request.queryParameter("messageText").firstValue();
        sent.add(new Sent(id, "wati", to, text, null, Instant.now()));
        answer.putObject("message").put("whatsappMessageId", id);
      } else {
        String to = request.queryParameter("whatsappNumber").firstValue();
        JsonNode template = json(request);
        String name = template.path("template_name").asText();
        String words =
            "Hello %s, we got your request number %s."
                .formatted(
                    template.at("/parameters/0/value").asText(),
                    template.at("/parameters/1/value").asText());
        sent.add(new Sent(id, "wati", to, name, words, Instant.now()));
        ObjectNode receiver = answer.putArray("receivers").addObject();
        receiver.put("localMessageId", id).put("isValidWhatsAppNumber", true).putArray("errors");
      }
      return answer;
    }

    /** Everything said with a customer, both ways. */
    private JsonNode watiList(String path) {
      ObjectNode answer = JSON.createObjectNode().put("result", "success");
      ArrayNode items = answer.putObject("messages").putArray("items");
      items
          .addObject()
          .put("owner", false)
          .put("text", "Hello")
          .put("created", "2026-01-01T00:00:00Z");
      for (Sent message : sent) {
        if ("wati".equals(message.from) && path.endsWith("/" + message.to)) {
          ObjectNode item = items.addObject().put("created", message.at.toString());
          item.put("whatsappMessageId", message.id);
          if (message.key == null) {
            item.put("owner", true).put("eventType", "message").put("text", message.text);
          } else {
            item.put("eventType", "broadcastMessage").put("finalText", message.key);
          }
        }
      }
      return answer;
    }

    private String sentByTwilio(LoggedRequest request) {
      Map<String, String> form = twilioReply(request).form;
      String sid = "SM" + UUID.randomUUID();
      sent.add(
          new Sent(sid, form.get("From"), form.get("To"), form.get("Body"), null, Instant.now()));
      return sid;
    }

    /** Newest first, as Twilio lists them. */
    private JsonNode twilioList(LoggedRequest request) {
      ObjectNode answer = JSON.createObjectNode();
      ArrayNode messages = answer.putArray("messages");
      for (Sent message : sent) {
        // What went through others may have no address in Twilio's sense.
        if (request.queryParameter("From").firstValue().equals(message.from)
            && request.queryParameter("To").firstValue().equals(message.to)) {
          messages
              .insertObject(0)
              .put("sid", message.id)
              .put("body", message.text)
              .put(
                  "date_created",
                  DateTimeFormatter.RFC_1123_DATE_TIME.format(message.at.atZone(ZoneOffset.UTC)));
        }
      }
      return answer;
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean applyGlobally() {
      return false;
    }
  }

  /** Holds answers back until they are released. */
  private static final class Held implements ResponseTransformerV2 {

    static final String NAME = "held";

    private volatile CountDownLatch latch = new CountDownLatch(0);

    void hold() {
      latch = new CountDownLatch(1);
    }

    void release() {
      latch.countDown();
    }

    @Override
    public Response transform(Response response, ServeEvent event) {
      try {
        latch.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return response;
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean applyGlobally() {
      return false;
    }
  }
}
