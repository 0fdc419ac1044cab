package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.signature.Hmac;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The hub as the world sees it: by HTTP; and a look into its tables where HTTP does not tell. */
final class Hub {

  static final String PUBLIC_URL = "https://leads.example.com";
  static final String API_TOKEN = "journey-api-token";
  static final String APP_SECRET = "journey-app-secret";
  static final String VERIFY_TOKEN = "journey-verify-token";
  static final String ACCESS_TOKEN = "EAAjourneyAccessToken";
  static final String BOT_TOKEN = "700700700:AAjourneyBotToken";
  static final String TWILIO_SID = "AC00000000000000000000000000000077";
  static final String TWILIO_TOKEN = "journey-twilio-token";
  static final String D360_TOKEN = "journey-360dialog-token";
  static final String WATI_API_TOKEN = "journey-wati-api-token";
  static final String WATI_TOKEN = "journey-wati-token";
  static final String D360_KEY = "journey-d360-key";
  static final String LEAD_TOKEN = "journey-lead-token";
  static final String WEBHOOK_SECRET = "whsec_am91cm5leSB3ZWJob29rIHNlY3JldCAwMDAwMDAwMQ==";
  static final String OUR_NUMBER = "200000000000002";
  static final long OWNER_CHAT = 4_000_001;

  /** The machine may be busy with other builds. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicLong NEXT = new AtomicLong(5_000_000);

  record Answer(int status, Map<String, List<String>> headers, String body) {
    JsonNode json() {
      return parse(body);
    }

    String header(String name) {
      return headers.getOrDefault(name, List.of("")).get(0);
    }
  }

  /** A partner with that many Telegram chats. */
  record Partner(long id, String code, List<Long> chats) {}

  /** A delivery as the table has it. */
  record Delivery(
      long id, String topic, String state, int attempts, boolean outcomeUnknown, String error) {}

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final JdbcTemplate jdbc;
  private final Consumer<String> wake;

  Hub(int port, JdbcTemplate jdbc) {
    this(port, jdbc, topic -> {});
  }

  /**
   * @param wake lets the consumers of a topic look for what came due
   */
  Hub(int port, JdbcTemplate jdbc, Consumer<String> wake) {
    this.port = port;
    this.jdbc = jdbc;
    this.wake = wake;
  }

  int port() {
    return port;
  }

  JdbcTemplate jdbc() {
    return jdbc;
  }

  // In

  /** Meta posts these messages, all in one webhook. */
  Answer isToldByMeta(Customer.Message... messages) {
    return isPostedByMeta(metaPost(messages));
  }

  Answer isPostedByMeta(String body) {
    return isPostedByMeta("/webhook/whatsapp/meta", body);
  }

  Answer isPostedByMeta(String path, String body) {
    return post(path, body, "X-Hub-Signature-256", metaSignature(body));
  }

  static String metaSignature(String body) {
    return "sha256=" + Hmac.sha256(utf8(APP_SECRET)).hex(utf8(body));
  }

  static String metaPost(Customer.Message... messages) {
    ArrayNode contacts = JSON.createArrayNode();
    ArrayNode written = JSON.createArrayNode();
    for (Customer.Message message : messages) {
      Customer from = message.from();
      ObjectNode contact = contacts.addObject();
      contact.putObject("profile").put("name", from.name());
      ObjectNode one = written.addObject().put("id", message.id());
      if (from.phone() != null) {
        contact.put("wa_id", from.phone());
        one.put("from", from.phone());
      }
      if (from.waUserId() != null) {
        contact.put("user_id", from.waUserId());
        one.put("from_user_id", from.waUserId());
      }
      one.put("timestamp", Long.toString(message.at().getEpochSecond())).put("type", "text");
      one.putObject("text").put("body", message.text());
    }
    return metaPost(contacts, written);
  }

  static String metaPost(ArrayNode contacts, ArrayNode messages) {
    ObjectNode value = JSON.createObjectNode().put("messaging_product", "whatsapp");
    value
        .putObject("metadata")
        .put("display_phone_number", "15550001111")
        .put("phone_number_id", OUR_NUMBER);
    value.set("contacts", contacts);
    value.set("messages", messages);
    ObjectNode post = JSON.createObjectNode().put("object", "whatsapp_business_account");
    ObjectNode change =
        post.putArray("entry").addObject().put("id", "1").putArray("changes").addObject();
    change.put("field", "messages").set("value", value);
    return post.toString();
  }

  /** Twilio posts this message. */
  Answer isToldByTwilio(Customer.Message message) {
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", "SM" + message.id());
    if (message.from().phone() == null) {
      form.put("From", "whatsapp:" + message.from().waUserId());
      form.put("ExternalUserId", message.from().waUserId());
    } else {
      form.put("From", "whatsapp:" + message.from().number());
      form.put("WaId", message.from().phone());
    }
    form.put("To", "whatsapp:+15550001111");
    form.put("ProfileName", message.from().name());
    form.put("Body", message.text());
    form.put("NumMedia", "0");
    form.put("SmsStatus", "received");
    form.put("MessageType", "text");
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return isPostedByTwilio(body, form);
  }

  /** Twilio posts news of a message that was sent. */
  Answer isToldByTwilioThat(Map<String, String> fields) {
    String body =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return isPostedByTwilio(body, fields);
  }

  /** The provider tells that a message which it took did not reach the customer. */
  Answer isToldThatItFailed(String provider, World.Sent sent, String code) {
    return switch (provider) {
      case "meta" -> isPostedByMeta(metaStatus(sent.id(), sent.key(), "failed", code));
      case "twilio" ->
          isToldByTwilioThat(
              Map.of("MessageSid", sent.id(), "MessageStatus", "failed", "ErrorCode", code));
      case "wati" ->
          isPostedByWati(
              JSON.createObjectNode()
                  .put("eventType", "sessionMessageFailed")
                  .put("whatsappMessageId", sent.id())
                  .put("failedCode", code)
                  .put("failedDetail", "No luck")
                  .toString());
      default -> throw new IllegalArgumentException(provider);
    };
  }

  /** Meta's news of a message that was sent; key and code may be null. */
  static String metaStatus(String id, String key, String status, String code) {
    ObjectNode post = (ObjectNode) parse(metaPost());
    ObjectNode value = (ObjectNode) post.at("/entry/0/changes/0/value");
    value.remove(List.of("contacts", "messages"));
    ObjectNode one = value.putArray("statuses").addObject();
    one.put("id", id).put("status", status).put("timestamp", "" + Instant.now().getEpochSecond());
    if (key != null) {
      one.put("biz_opaque_callback_data", key);
    }
    if (code != null) {
      one.putArray("errors")
          .addObject()
          .put("code", Integer.parseInt(code))
          .put("title", "No luck");
    }
    return post.toString();
  }

  /** Whichever provider posts this message. */
  Answer isToldBy(String provider, Customer.Message message) {
    return switch (provider) {
      case "meta" -> isToldByMeta(message);
      case "twilio" -> isToldByTwilio(message);
      case "360dialog" -> isToldBy360dialog(message);
      case "wati" -> isToldByWati(message);
      default -> throw new IllegalArgumentException(provider);
    };
  }

  /** A raw form; {@code fields} are its names and values, as Twilio signs them. */
  Answer isPostedByTwilio(String body, Map<String, String> fields) {
    StringBuilder signed = new StringBuilder(PUBLIC_URL + "/webhook/whatsapp/twilio");
    new TreeMap<>(fields).forEach((name, value) -> signed.append(name).append(value));
    return postAs(
        "application/x-www-form-urlencoded; charset=UTF-8",
        "/webhook/whatsapp/twilio",
        body,
        "X-Twilio-Signature",
        twilioSignature(signed.toString()));
  }

  static String twilioSignature(String signed) {
    return Hmac.sha1(List.of(TWILIO_TOKEN)).get(0).base64(utf8(signed));
  }

  /** 360dialog posts these messages, with its token in a header. */
  Answer isToldBy360dialog(Customer.Message... messages) {
    return isPostedBy360dialog(metaPost(messages));
  }

  Answer isPostedBy360dialog(String body) {
    return post("/webhook/whatsapp/360dialog", body, "Authorization", "Bearer " + D360_TOKEN);
  }

  /** Wati posts this message, with its token in the address. */
  Answer isToldByWati(Customer.Message message) {
    return isPostedByWati(watiPost(message).toString());
  }

  Answer isPostedByWati(String body) {
    return post("/webhook/whatsapp/wati?token=" + WATI_TOKEN, body);
  }

  static ObjectNode watiPost(Customer.Message message) {
    return JSON.createObjectNode()
        .put("eventType", "message")
        .put("id", message.id().replace("wamid.", "wati-"))
        .put("whatsappMessageId", message.id())
        .put("owner", false)
        .put("timestamp", Long.toString(message.at().getEpochSecond()))
        .put("type", "text")
        .put("text", message.text())
        .put("waId", message.from().phone())
        .put("bsuid", message.from().waUserId())
        .put("senderName", message.from().name())
        .put("channelPhoneNumber", "15550001111");
  }

  /** Another system posts to {@code /webhook/lead}. */
  Answer isToldByAnotherSystem(Customer.Message message) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("from", message.from().number())
            .put("body", message.text())
            .put("timestamp", message.at().toString());
    return post("/webhook/lead", body.toString(), "Authorization", "Bearer " + LEAD_TOKEN);
  }

  /** Headers as names and values in turn. */
  Answer post(String path, String body, String... headers) {
    return postAs("application/json", path, body, headers);
  }

  Answer postAs(String contentType, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(path)).header("Content-Type", contentType);
    return send(with(headers, request).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  Answer get(String path, String... headers) {
    return send(with(headers, HttpRequest.newBuilder(address(path))).GET().build());
  }

  Answer send(HttpRequest request) {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      headers.putAll(answer.headers().map());
      return new Answer(answer.statusCode(), headers, answer.body());
    } catch (IOException e) {
      throw new AssertionError("The hub did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  URI address(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
    return headers.length == 0 ? request : request.headers(headers);
  }

  // The API

  Answer api(String path) {
    return get("/api" + path, "Authorization", "Bearer " + API_TOKEN);
  }

  Answer apiPost(String path, String body) {
    return post("/api" + path, body, "Authorization", "Bearer " + API_TOKEN);
  }

  /** A new partner who reads that language, with so many Telegram chats. */
  Partner partner(String locale, int chats) {
    String code = "J" + NEXT.incrementAndGet();
    List<Long> chatIds = Stream.generate(NEXT::incrementAndGet).limit(chats).toList();
    ObjectNode asked =
        JSON.createObjectNode()
            .put("code", code)
            .put("name", "Partner " + code)
            .put("locale", locale);
    if (chats > 0) {
      asked.put("telegramChatId", chatIds.get(0));
    }
    Answer answer = apiPost("/partners", asked.toString());
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    long id = answer.json().path("id").asLong();
    chatIds.stream()
        .skip(1)
        .forEach(
            chat ->
                jdbc.update(
                    "insert into partner_chats (partner_id, chat_id) values (?, ?)", id, chat));
    return new Partner(id, code, chatIds);
  }

  /** The customer's leads as {@code GET /api/leads} lists them, newest first. */
  List<JsonNode> leads(Customer customer) {
    String path =
        customer.phone() == null ? "/leads?limit=500" : "/leads?phone=" + encode(customer.number());
    return items(api(path)).stream()
        .filter(
            lead ->
                customer.waUserId() == null
                    || lead.path("waUserId").asText().equals(customer.waUserId()))
        .toList();
  }

  /** The only lead of the customer, when everything about it is delivered. */
  JsonNode onlyLead(Customer customer) {
    isQuiet();
    List<JsonNode> leads = leads(customer);
    assertThat(leads).as("leads of %s", customer).hasSize(1);
    return leads.get(0);
  }

  /** A lead with its messages and deliveries. */
  JsonNode story(JsonNode lead) {
    return api("/leads/" + lead.path("id").asLong()).json();
  }

  static List<JsonNode> items(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return list(answer.json().path("items"));
  }

  static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  JsonNode health() {
    return get("/actuator/health").json().path("components");
  }

  // The tables

  /** Nothing is on its way any more. What follows from a delivery is there before it is done. */
  void isQuiet() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(waiting()).as("waiting").isEmpty());
  }

  private List<Map<String, Object>> waiting() {
    List<Map<String, Object>> waiting =
        jdbc.queryForList(
            "select topic, subscriber, state, attempts, last_error, due_at <= now(6) as late"
                + " from deliveries where state in ('due', 'running')");
    waiting.stream()
        .filter(one -> one.get("state").equals("due") && ((Number) one.get("late")).intValue() == 1)
        .map(one -> (String) one.get("topic"))
        .distinct()
        .forEach(wake);
    return waiting;
  }

  /** What waits for its time, or for a paused destination, is delivered now. */
  void deliversNow() {
    await()
        .atMost(PATIENCE)
        .ignoreException(CannotAcquireLockException.class) // consumers lock these rows, too
        .untilAsserted(
            () -> {
              jdbc.update("update subscriptions set paused_until = null, pause_reason = null");
              jdbc.update(
                  "update deliveries set due_at = now(6) where state = 'due' and due_at > now(6)");
              assertThat(waiting()).as("waiting").isEmpty();
            });
  }

  /** Deliveries about a lead to one subscriber, oldest first. */
  List<Delivery> deliveries(long leadId, String subscriber) {
    return jdbc.query(
        """
        select d.id, d.topic, d.state, d.attempts, d.outcome_unknown, d.last_error
        from deliveries d join events e on e.id = d.event_id
        where e.subject = ? and d.subscriber = ? order by d.id
        """,
        (row, index) ->
            new Delivery(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getInt(4),
                row.getBoolean(5),
                row.getString(6)),
        "lead/" + leadId,
        subscriber);
  }

  /** The first delivery to that subscriber that fits, waited for. */
  Delivery delivery(Customer customer, String subscriber, Predicate<Delivery> is) {
    Delivery[] found = new Delivery[1];
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<JsonNode> leads = leads(customer);
              assertThat(leads).isNotEmpty();
              List<Delivery> deliveries = deliveries(leads.get(0).path("id").asLong(), subscriber);
              assertThat(deliveries).as("deliveries to %s", subscriber).anyMatch(is);
              found[0] = deliveries.stream().filter(is).findFirst().orElseThrow();
            });
    return found[0];
  }

  /** What waits for its time there is tried now, once. */
  void isTimeFor(String subscriber) {
    jdbc.update(
        "update deliveries set due_at = now(6) where subscriber = ? and state = 'due'", subscriber);
  }

  Instant dueAt(Delivery delivery) {
    return jdbc.queryForObject(
        "select due_at from deliveries where id = ?", Instant.class, delivery.id());
  }

  /** As when a node dies before it marks that it has kept a status. */
  void worksAgainThroughStatusesOf(String messageId) {
    isQuietAbout("message.status");
    jdbc.update(
        """
        update deliveries d join events e on e.id = d.event_id
        set d.state = 'due', d.due_at = now(6)
        where d.topic = 'message.status' and locate(?, convert(e.payload using utf8mb4)) > 0
        """,
        messageId);
    isQuietAbout("message.status");
  }

  private void isQuietAbout(String topic) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(waiting()).extracting("topic").doesNotContain(topic));
  }

  long count(String table) {
    return jdbc.queryForObject("select count(*) from " + table, Long.class);
  }

  long lastDelivery() {
    return jdbc.queryForObject("select coalesce(max(id), 0) from deliveries", Long.class);
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("This is no JSON: " + json, e);
    }
  }

  static Map<String, String> formFields(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : body.split("&")) {
      String[] pair = field.split("=", 2);
      fields.put(
          URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
          URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return fields;
  }

  static String unique(String prefix) {
    return prefix + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
