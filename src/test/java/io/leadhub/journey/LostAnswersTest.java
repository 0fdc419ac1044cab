package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.http.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Remotes do the work and the answer is lost: nobody is told twice. */
class LostAnswersTest extends Journey {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final List<String> REMOTES =
      List.of(World.APPEND, World.META, World.TWILIO, World.TELEGRAM, World.CRM);

  private enum Loss {
    BAD_GATEWAY(world -> each(remote -> world.losesItsAnswer(remote, aResponse().withStatus(502)))),
    RESET(
        world ->
            each(
                remote ->
                    world.losesItsAnswer(
                        remote, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)))),
    SILENCE(world -> each(world::isSilentAfterTheWorkAt));

    final Consumer<World> happensTo;

    Loss(Consumer<World> happensTo) {
      this.happensTo = happensTo;
    }

    private static void each(Consumer<String> remote) {
      REMOTES.forEach(remote);
    }
  }

  /** Headings are there, and nobody's row stands where an earlier test left the sheet. */
  @BeforeEach
  void aSheetInUse() {
    world.sheet().clear();
    world
        .sheet()
        .add(
            List.of(
                "Lead",
                "Created",
                "Partner",
                "Name",
                "Phone",
                "WhatsApp id",
                "Message",
                "Source",
                "Provider"));
  }

  @ParameterizedTest
  @EnumSource(names = "SILENCE", mode = EnumSource.Mode.EXCLUDE)
  void eachRemoteDidTheWorkAndDoesItOnce(Loss loss) {
    doTheWorkAndLose(loss);
  }

  /** In the long form only: the hub waits for each remote as long as it does in production. */
  @Test
  @Tag("chaos")
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void eachRemoteDidTheWorkInSilenceAndDoesItOnce() {
    doTheWorkAndLose(Loss.SILENCE);
  }

  private void doTheWorkAndLose(Loss loss) {
    Hub.Partner hotel = hub.partner("ru", 1);
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");
    loss.happensTo.accept(world);

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isToldByTwilio(tom.writes("Hello"));
    for (String subscriber : List.of("google-sheets", "meta", "telegram-bot", "webhook-sender")) {
      hub.delivery(dana, subscriber, d -> d.error() != null);
    }
    for (String subscriber : List.of("google-sheets", "twilio")) {
      hub.delivery(tom, subscriber, d -> d.error() != null);
    }
    world.behaves();
    isToldByMetaThatItSent(world.sent(dana).get(0));
    hub.deliversNow();

    assertThat(sheetRows(dana)).hasSize(1);
    assertThat(sheetRows(tom)).hasSize(1);
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(world.sent(tom)).hasSize(1);
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(2);
    assertThat(world.appeared(hotel.chats().get(0)).get(1))
        .as("Telegram can't be asked: once more, and marked")
        .isEqualTo("(повтор) " + world.appeared(hotel.chats().get(0)).get(0));
    assertThat(world.crm(dana))
        .extracting(World.CrmEvent::id)
        .hasSizeGreaterThan(1)
        .as("by the same id a receiver drops a repeat")
        .containsOnly(world.crm(dana).get(0).id());
    assertThat(remoteId(dana, "meta")).isEqualTo(world.sent(dana).get(0).id());
    assertThat(remoteId(tom, "twilio")).isEqualTo(world.sent(tom).get(0).id());
    assertThat(remoteId(tom, "google-sheets")).matches("A\\d+");
    for (Customer customer : List.of(dana, tom)) {
      assertThat(outgoing(customer)).containsExactly(world.sent(customer).get(0).id());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"360dialog", "wati"})
  void anotherProviderThatLostItsAnswerIsAskedTooBeforeTheReplyIsSentAgain(String provider) {
    Customer dana = Customer.named("Dana");
    for (String remote : List.of(World.D360, World.WATI_TEXT)) {
      world.losesItsAnswer(remote, aResponse().withStatus(502));
    }
    hub.isToldBy(provider, dana.writes("Hello"));
    hub.delivery(dana, provider, d -> d.error() != null);

    world.behaves();
    if (provider.equals("360dialog")) {
      hub.isPostedBy360dialog(statusOf(world.sent(dana).get(0)));
    }
    hub.deliversNow();

    assertThat(world.sent(dana)).hasSize(1);
    assertThat(remoteId(dana, provider)).isEqualTo(world.sent(dana).get(0).id());
    assertThat(outgoing(dana)).containsExactly(world.sent(dana).get(0).id());
  }

  @Test
  void aTemplateWhoseAnswerWasLostIsFoundAmongWatisBroadcasts() {
    Customer dana = Customer.named("Dana");
    world.losesItsAnswer(World.WATI_TEMPLATE, aResponse().withStatus(502));
    hub.isToldByWati(dana.writes("Hello", Instant.now().minus(Duration.ofHours(25))));
    hub.delivery(dana, "wati", d -> d.error() != null);

    world.behaves();
    hub.deliversNow();

    assertThat(world.sent(dana)).hasSize(1);
    assertThat(outgoing(dana)).containsExactly(world.sent(dana).get(0).id());
  }

  @Test
  void whatNeverArrivedIsSentOnceItWasLookedFor() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");
    REMOTES.forEach(
        remote -> world.answers(post(urlPathMatching(remote)), aResponse().withStatus(502)));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isToldByTwilio(tom.writes("Hello"));
    hub.delivery(dana, "google-sheets", d -> d.outcomeUnknown());
    hub.delivery(dana, "meta", d -> d.outcomeUnknown());
    hub.delivery(tom, "twilio", d -> d.outcomeUnknown());
    hub.delivery(tom, "google-sheets", d -> d.outcomeUnknown());
    world.behaves();
    hub.deliversNow();

    assertThat(sheetRows(dana)).hasSize(1);
    assertThat(sheetRows(tom)).hasSize(1);
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(world.sent(tom)).hasSize(1);
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(1);
  }

  @Test
  void aNodeIsLostBetweenTheWorkAndItsMark() {
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");
    hub.isToldByMeta(dana.writes("Hello"));
    hub.isToldByTwilio(tom.writes("Hello"));
    hub.isQuiet();
    isToldByMetaThatItSent(world.sent(dana).get(0));

    hub.jdbc()
        .update(
            "update deliveries set state = 'running', lease_owner = 'a lost node', remote_id = null,"
                + " due_at = now(6) - interval 1 second, finished_at = null"
                + " where subscriber in ('google-sheets', 'meta', 'twilio') and id in ("
                + "select id from (select d.id from deliveries d join events e on e.id = d.event_id"
                + " where e.subject in (?, ?)) as told)",
            "lead/" + leadId(dana),
            "lead/" + leadId(tom));
    hub.delivery(dana, "meta", d -> d.state().equals("due") && d.outcomeUnknown());
    hub.deliversNow();

    assertThat(sheetRows(dana)).hasSize(1);
    assertThat(sheetRows(tom)).hasSize(1);
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(world.sent(tom)).hasSize(1);
    assertThat(outgoing(dana)).hasSize(1);
    assertThat(outgoing(tom)).hasSize(1);
  }

  @Test
  void nothingIsSentAgainWhileWebhooksThatMayTellOfItWaitUnread() {
    Customer dana = Customer.named("Dana");
    world.losesItsAnswer(World.META, aResponse().withStatus(502));
    hub.isToldByMeta(dana.writes("Hello"));
    hub.delivery(dana, "meta", d -> d.outcomeUnknown());
    world.behaves();
    hub.apiPost("/subscriptions/webhook.meta/read-meta/pause", "{\"reason\": \"A backlog.\"}");
    assertThat(hub.isPostedByMeta(statusOf(world.sent(dana).get(0))).status()).isEqualTo(200);
    hub.jdbc()
        .update(
            "update events set created_at = now(6) - interval 11 second where id in ("
                + "select id from (select max(id) as id from events where topic = 'webhook.meta') as last)");

    hub.jdbc()
        .update(
            "update deliveries set due_at = now(6) where subscriber = 'meta' and state = 'due'");
    hub.delivery(dana, "meta", d -> d.error().contains("still unread"));
    assertThat(world.sent(dana)).hasSize(1);

    hub.apiPost("/subscriptions/webhook.meta/read-meta/resume", "");
    isKeptThatItWasSent(world.sent(dana).get(0));
    hub.deliversNow();
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(remoteId(dana, "meta")).isEqualTo(world.sent(dana).get(0).id());
  }

  @Test
  void aRowIsFoundInASheetThatPeopleMadeTheirOwn() {
    Customer first = Customer.named("First");
    Customer lost = Customer.named("Lost");
    Customer last = Customer.named("Last");
    hub.isToldByMeta(first.writes("Hello"));
    hub.isQuiet();
    world.losesItsAnswer(World.APPEND, aResponse().withStatus(502));
    hub.isToldByMeta(lost.writes("Hello"));
    hub.delivery(lost, "google-sheets", d -> d.outcomeUnknown());

    List<List<String>> moved = new ArrayList<>();
    for (List<String> row : world.sheet()) {
      List<String> cells = new ArrayList<>(row);
      Collections.swap(cells, 0, 3);
      cells.add(1, moved.isEmpty() ? "Called back?" : "yes");
      moved.add(cells);
    }
    moved.subList(1, moved.size()).sort(Comparator.comparing(row -> -Long.parseLong(row.get(4))));
    world.sheet().clear();
    world.sheet().addAll(moved);
    world.behaves();
    hub.deliversNow();
    hub.isToldByMeta(last.writes("Hello"));
    hub.isQuiet();

    assertThat(sheetRows(lost)).hasSize(1);
    assertThat(remoteId(lost, "google-sheets")).isEqualTo("E2");
    List<String> row = sheetRows(last).get(0);
    assertThat(row.get(0)).isEqualTo("Last");
    assertThat(row.get(1)).as("a column of theirs").isEmpty();
    assertThat(row.get(4)).isEqualTo(Long.toString(leadId(last)));
    assertThat(row.get(5)).isEqualTo(last.number());
  }

  @Test
  void sameWordsThatTwilioSentEarlierAreNoProof() {
    Customer tom = Customer.named("Tom");
    hub.isToldByTwilio(tom.writes("Hello"));
    hub.isQuiet();
    World.Sent reply = world.sent(tom).get(0);
    Customer eve = Customer.named("Eve");
    world.answers(post(urlPathMatching(World.TWILIO)), aResponse().withStatus(502));
    hub.isToldByTwilio(eve.writes("Hello"));
    hub.delivery(eve, "twilio", d -> d.outcomeUnknown());
    String text = reply.text().replace(Long.toString(leadId(tom)), Long.toString(leadId(eve)));
    String address = "whatsapp:" + eve.number();
    world.hasSent(
        new World.Sent(
            "SMyesterday", reply.from(), address, text, null, Instant.now().minusSeconds(86_400)));
    world.hasSent(new World.Sent(reply.id(), reply.from(), address, text, null, Instant.now()));

    world.behaves();
    hub.deliversNow();

    assertThat(world.sent(eve)).as("two of others, and ours").hasSize(3);
    assertThat(remoteId(eve, "twilio")).isNotIn("SMyesterday", reply.id());
  }

  @Test
  void aSecondSilenceOfTelegramIsADeadLetterUntilAPersonSendsItAgain() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.losesItsAnswer(World.TELEGRAM, aResponse().withStatus(502));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.deliversNow();

    Hub.Delivery dead = hub.delivery(dana, "telegram-bot", d -> d.state().equals("dead"));
    assertThat(dead.error()).contains("did not say whether the message arrived");
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(2);

    world.behaves();
    hub.jdbc()
        .update(
            "update deliveries set state = 'due', attempts = 0, due_at = now(6), finished_at = null"
                + " where id = ?",
            dead.id());
    hub.delivery(dana, "telegram-bot", d -> d.state().equals("done"));
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(3);
    assertThat(world.appeared(hotel.chats().get(0)).get(2)).startsWith("(repeat) ");
  }

  /** Meta's status of a message, with the key that we gave along. */
  private void isToldByMetaThatItSent(World.Sent sent) {
    assertThat(hub.isPostedByMeta(statusOf(sent)).status()).isEqualTo(200);
    isKeptThatItWasSent(sent);
  }

  private static String statusOf(World.Sent sent) {
    ObjectNode post = (ObjectNode) Hub.parse(Hub.metaPost());
    ObjectNode value = (ObjectNode) post.at("/entry/0/changes/0/value");
    value.remove(List.of("contacts", "messages"));
    ObjectNode status = new ObjectMapper().createObjectNode();
    status.put("id", sent.id()).put("status", "sent").put("recipient_id", sent.to());
    status.put("timestamp", Long.toString(sent.at().getEpochSecond()));
    status.put("biz_opaque_callback_data", sent.key());
    value.putArray("statuses").add(status);
    return post.toString();
  }

  private void isKeptThatItWasSent(World.Sent sent) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        hub.jdbc()
                            .queryForList(
                                "select status from message_statuses where provider_message_id = ?",
                                String.class,
                                sent.id()))
                    .containsExactly("sent"));
  }

  private long leadId(Customer customer) {
    return hub.leads(customer).get(0).path("id").asLong();
  }

  private List<List<String>> sheetRows(Customer customer) {
    return world.sheet().stream().filter(row -> row.contains(customer.number())).toList();
  }

  private List<String> outgoing(Customer customer) {
    return hub.jdbc()
        .queryForList(
            "select provider_message_id from messages where direction = 'out' and lead_id = ?",
            String.class,
            leadId(customer));
  }

  private String remoteId(Customer customer, String subscriber) {
    return hub.jdbc()
        .queryForObject(
            "select d.remote_id from deliveries d join events e on e.id = d.event_id"
                + " where e.subject = ? and d.subscriber = ?",
            String.class,
            "lead/" + leadId(customer),
            subscriber);
  }
}
