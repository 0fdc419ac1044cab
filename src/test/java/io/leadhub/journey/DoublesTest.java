package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Providers send things twice, and people write more than once: it stays one lead. */
class DoublesTest extends Journey {

  @Test
  void theSameWebhookTwiceIsOneLeadAndOneOfEachEffect() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    String webhook = Hub.metaPost(dana.writes("Code: " + hotel.code()));

    assertThat(hub.isPostedByMeta(webhook).status()).isEqualTo(200);
    hub.isQuiet();
    assertThat(hub.isPostedByMeta(webhook).status()).isEqualTo(200);

    assertOneOfEachEffect(dana, hotel);
  }

  @Test
  void theSameMessageTwiceInABatchIsOneLeadAndOneOfEachEffect() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("Code: " + hotel.code());

    hub.isToldByMeta(message, message);

    assertOneOfEachEffect(dana, hotel);
  }

  @Test
  void twentyCopiesAtOnceAreOneLeadAndOneOfEachEffect() throws Exception {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("Code: " + hotel.code());

    List<Hub.Answer> answers = atOnce(20, () -> hub.isToldByMeta(message));

    assertThat(answers).extracting(Hub.Answer::status).containsOnly(200).hasSize(20);
    assertOneOfEachEffect(dana, hotel);
  }

  @Test
  void theSameTwilioMessageTwiceIsOneLeadAndOneOfEachEffect() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("Code: " + hotel.code());

    hub.isToldByTwilio(message);
    hub.isToldByTwilio(message);

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("messageCount").asInt()).isEqualTo(1);
    assertThat(world.twilioReplies(dana)).hasSize(1);
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.rows(dana)).hasSize(1);
    assertThat(world.crm(dana)).hasSize(1);
  }

  @Test
  void aFurtherMessageJoinsTheOpenLeadAndIsNotAnnouncedAgain() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isQuiet();

    hub.isToldByMeta(dana.writes("Are you there?"));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("messageCount").asInt()).isEqualTo(2);
    assertThat(lead.path("firstMessage").asText()).isEqualTo("Code: " + hotel.code());
    assertThat(Hub.list(hub.story(lead).path("messages")))
        .filteredOn(message -> message.path("direction").asText().equals("in"))
        .extracting(message -> message.path("text").asText())
        .containsExactly("Code: " + hotel.code(), "Are you there?");
    assertThat(world.crm(dana))
        .extracting(World.CrmEvent::type)
        .containsExactly("lead.created", "lead.updated");
    World.CrmEvent update = world.crm(dana).get(1);
    assertThat(update.lead().path("text").asText()).isEqualTo("Are you there?");
    assertThat(update.lead().path("messageCount").asInt()).isEqualTo(2);
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.rows(dana)).hasSize(1);
    assertThat(world.metaReplies(dana)).hasSize(1);
  }

  @Test
  void twoFirstMessagesOfOneCustomerAtOnceAreOneLead() throws Exception {
    Customer dana = Customer.named("Dana");

    atOnce(6, () -> hub.isToldByMeta(dana.writes("Hello")));

    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(6);
    assertThat(world.metaReplies(dana)).hasSize(1);
    assertThat(world.rows(dana)).hasSize(1);
  }

  @Test
  void oneCustomerThroughTwoProvidersAtOnceIsOneLeadWithOneAnswer() throws Exception {
    Customer dana = Customer.named("Dana");
    List<Callable<Hub.Answer>> both = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      both.add(() -> hub.isToldByMeta(dana.writes("Hello")));
      both.add(() -> hub.isToldByTwilio(dana.writes("Hello")));
    }

    assertThat(atOnce(both)).extracting(Hub.Answer::status).containsOnly(200);

    hub.deliversNow();
    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(8);
    assertThat(world.metaReplies(dana).size() + world.twilioReplies(dana).size()).isEqualTo(1);
  }

  @Test
  void aCodeInALaterMessageCreditsThePartnerAndTellsThemThen() {
    Hub.Partner hotel = hub.partner("en", 2);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    assertThat(hub.onlyLead(dana).path("partnerCode").isNull()).isTrue();

    hub.isToldByMeta(dana.writes("I forgot: code " + hotel.code()));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(lead.path("attributedBy").asText()).isEqualTo("keyword");
    for (long chat : hotel.chats()) {
      assertThat(world.telegram(chat)).hasSize(1);
      assertThat(world.telegram(chat).get(0).text())
          .contains("code <code>" + hotel.code() + "</code>", "I forgot: code " + hotel.code());
    }
    assertThat(world.crm(dana))
        .extracting(World.CrmEvent::type)
        .containsExactlyInAnyOrder("lead.created", "lead.updated", "lead.attributed");
    assertThat(world.rows(dana)).hasSize(1);
    assertThat(world.metaReplies(dana)).hasSize(1);
  }

  @Test
  void theFirstPartnerKeepsTheLeadWhateverCodeComesLater() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isQuiet();
    hub.isToldByMeta(dana.writes("Code: " + blog.code()));

    assertThat(hub.onlyLead(dana).path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.telegram(blog.chats().get(0))).isEmpty();
  }

  @Test
  void aMessageAfterTheAttributionWindowOpensANewLead() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Instant now = Instant.now();
    hub.isToldByMeta(dana.writes("Code: " + hotel.code(), now.minus(Duration.ofDays(60))));
    hub.isToldByMeta(dana.writes("Still there?", now.minus(Duration.ofDays(31))));
    hub.isQuiet();
    assertThat(hub.leads(dana)).hasSize(1);

    hub.isToldByMeta(dana.writes("Code: " + blog.code(), now));
    hub.isQuiet();

    assertThat(hub.leads(dana))
        .extracting(lead -> lead.path("partnerCode").asText())
        .containsExactly(blog.code(), hotel.code());
    assertThat(world.telegram(blog.chats().get(0))).hasSize(1);
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.rows(dana)).hasSize(2);
    assertThat(world.metaReplies(dana)).hasSize(2);
  }

  @Test
  void whoShowsOnlyAUserIdBecomesALeadAndIsAnsweredByIt() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer shy = Customer.withoutPhone("Shy");

    hub.isToldByMeta(shy.writes("Hello, code " + hotel.code()));

    JsonNode lead = hub.onlyLead(shy);
    assertThat(lead.path("phone").isNull()).isTrue();
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(world.metaReplies(shy)).hasSize(1);
    assertThat(world.metaReplies(shy).get(0).body().has("to")).isFalse();
    assertThat(world.metaReplies(shy).get(0).text()).startsWith("Hello, Shy!");
    assertThat(world.telegram(hotel.chats().get(0)).get(0).text()).doesNotContain("Phone");
    assertThat(world.rows(shy)).hasSize(1);
    assertThat(world.rows(shy).get(0).get(5)).isEqualTo(shy.waUserId());
  }

  @Test
  void whoShowsTheirPhoneLaterStaysTheSameContact() {
    Customer shy = Customer.withoutPhone("Shy");
    Customer known = new Customer(Customer.named("Shy").phone(), shy.waUserId(), "Shy");

    hub.isToldByMeta(shy.writes("Hello"));
    hub.isToldByMeta(known.writes("Hello again"));

    JsonNode lead = hub.onlyLead(known);
    assertThat(lead.path("phone").asText()).isEqualTo(known.number());
    assertThat(lead.path("waUserId").asText()).isEqualTo(shy.waUserId());
    assertThat(lead.path("messageCount").asInt()).isEqualTo(2);
  }

  @Test
  void onePersonWhoIsTwiceAmongThoseWhoWaitIsStillOneLead() {
    Customer shy = Customer.withoutPhone("Shy");
    Customer known = new Customer(Customer.named("Shy").phone(), shy.waUserId(), "Shy");
    Customer other = Customer.named("Other");
    Customer regular = Customer.named("Regular");
    hub.isToldByMeta(regular.writes("I was here before"));
    hub.isQuiet();
    hub.apiPost(
        "/subscriptions/message.received/lead/pause", "{\"reason\": \"So that they gather.\"}");

    hub.isToldByMeta(
        known.writes("Hello"),
        other.writes("Hello"),
        shy.writes("Hello again"),
        regular.writes("And am back"));
    await().until(() -> hub.count("deliveries where subscriber = 'lead' and state = 'due'") == 4);
    hub.apiPost("/subscriptions/message.received/lead/resume", "");

    assertThat(hub.onlyLead(known).path("messageCount").asInt()).isEqualTo(2);
    assertThat(hub.onlyLead(other).path("messageCount").asInt()).isEqualTo(1);
    assertThat(hub.onlyLead(regular).path("messageCount").asInt()).isEqualTo(2);
    for (Customer customer : List.of(known, other, regular)) {
      assertThat(world.metaReplies(customer)).hasSize(1);
      assertThat(world.rows(customer)).hasSize(1);
    }
  }

  private void assertOneOfEachEffect(Customer customer, Hub.Partner partner) {
    JsonNode lead = hub.onlyLead(customer);
    assertThat(lead.path("messageCount").asInt()).isEqualTo(1);
    assertThat(world.telegram(partner.chats().get(0))).hasSize(1);
    assertThat(world.rows(customer)).hasSize(1);
    assertThat(world.metaReplies(customer)).hasSize(1);
    assertThat(world.crm(customer))
        .extracting(World.CrmEvent::type)
        .containsExactly("lead.created");
    assertThat(Hub.list(hub.story(lead).path("messages"))).hasSize(2);
  }

  static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
    List<Callable<T>> copies = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      copies.add(work);
    }
    return atOnce(copies);
  }

  static <T> List<T> atOnce(List<Callable<T>> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(work)) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
