package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whoever brings a customer's words, they become a lead; what else comes is kept, too. */
@ExtendWith(OutputCaptureExtension.class)
class FourWaysInTest extends Journey {

  @Test
  void whatComesOver360dialogOrWatiBecomesALeadOfThePartner() {
    Hub.Partner hotel = hub.partner("en", 1);
    Map<String, Function<Customer.Message, Hub.Answer>> ways =
        Map.of("360dialog", hub::isToldBy360dialog, "wati", hub::isToldByWati);
    ways.forEach(
        (provider, tells) -> {
          Customer dana = Customer.named("Dana");

          assertThat(tells.apply(dana.writes("Code: " + hotel.code())).status()).isEqualTo(200);

          JsonNode lead = hub.onlyLead(dana);
          assertThat(column("provider", lead)).isEqualTo(provider);
          assertThat(lead.path("source").asText()).isEqualTo("whatsapp");
          assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
          assertThat(lead.path("name").asText()).isEqualTo("Dana");
          assertThat(world.rows(dana)).hasSize(1);
        });
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(2);
  }

  @Test
  void whoShowsOnlyAUserIdIsOnePersonWhicheverWayTheyCome() {
    Customer shy = Customer.withoutPhone("Shy");

    hub.isToldByMeta(shy.writes("Hello"));
    hub.isQuiet();
    hub.isToldBy360dialog(shy.writes("Hello again"));
    hub.isQuiet();
    hub.isToldByWati(shy.writes("And again"));

    JsonNode lead = hub.onlyLead(shy);
    assertThat(lead.path("phone").isNull()).isTrue();
    assertThat(lead.path("messageCount").asInt()).isEqualTo(3);
  }

  @Test
  void anOldWebhookThatIsPostedAgainChangesNothing() {
    Customer dana = Customer.named("Dana");
    Instant lastWeek = Instant.now().minusSeconds(7 * 86_400);
    String old = Hub.metaPost(dana.writes("Hello", lastWeek));
    hub.isPostedByMeta(old);
    hub.isToldByMeta(dana.writes("Are you there?"));
    JsonNode before = hub.story(hub.onlyLead(dana));
    long events = newsAndMessages();

    assertThat(hub.isPostedByMeta(old).status()).isEqualTo(200);

    assertThat(hub.story(hub.onlyLead(dana))).isEqualTo(before);
    assertThat(newsAndMessages()).isEqualTo(events);
  }

  @Test
  void statusesChangesAndNoticesAreEventsOfTheirOwnAndComeOnce() {
    Customer dana = Customer.named("Dana");
    String post = everything(dana);
    long messages = hub.count("events where topic = 'message.received'");

    hub.isPostedByMeta(post);
    hub.deliversNow(); // the message taken back is of nobody, and is looked for a few times
    hub.isPostedByMeta(post);
    hub.deliversNow();

    assertThat(keys("message.status", dana))
        .containsExactly("meta/wamid.S" + dana.phone() + "/read");
    assertThat(keys("message.changed", dana)).containsExactly("meta/revoke/wamid.R" + dana.phone());
    assertThat(
            hub.count(
                "events where topic = 'channel.notice' and payload like '%tpl"
                    + dana.phone()
                    + "%'"))
        .isEqualTo(1);
    assertThat(hub.count("events where topic = 'message.received'")).isEqualTo(messages);
    assertThat(hub.leads(dana)).isEmpty();
  }

  @Test
  void aMessageOf360dialogThatTellsNoNumberOfOursCameToTheConfiguredOne() {
    Customer dana = Customer.named("Dana");
    String flat =
        Hub.parse(Hub.metaPost(dana.writes("Hello"))).at("/entry/0/changes/0/value").toString();
    assertThat(flat).contains("\"metadata\"");

    hub.isPostedBy360dialog(flat.replace("phone_number_id", "another_field"));

    assertThat(column("channel", hub.onlyLead(dana))).isEqualTo(Hub.OUR_NUMBER);
  }

  @Test
  void aTokenIsNeitherLoggedNorKept(CapturedOutput log) {
    Customer dana = Customer.named("Dana");
    hub.isToldByWati(dana.writes("Hello"));
    hub.isToldBy360dialog(dana.writes("Hello"));
    hub.post("/webhook/whatsapp/wati?token=journey-wrong-token", "{}");
    hub.post("/webhook/whatsapp/360dialog?token=" + Hub.D360_TOKEN, "no JSON");
    hub.isQuiet();

    for (String token : List.of(Hub.WATI_TOKEN, Hub.D360_TOKEN, "journey-wrong-token")) {
      assertThat(log.getAll()).doesNotContain(token);
      assertThat(hub.count("events where payload like '%" + token + "%'")).isZero();
      assertThat(hub.count("deliveries where last_error like '%" + token + "%'")).isZero();
    }
  }

  @Test
  void whoHasNoTokenIsAnsweredWith401AndNothingIsKept() {
    long before = hub.count("events");
    assertThat(hub.post("/webhook/whatsapp/wati", "{}").status()).isEqualTo(401);
    assertThat(hub.post("/webhook/whatsapp/360dialog", "{}").status()).isEqualTo(401);
    assertThat(hub.count("events")).isEqualTo(before);
  }

  private String column(String name, JsonNode lead) {
    return hub.jdbc()
        .queryForObject(
            "select " + name + " from leads where id = ?", String.class, lead.path("id").asLong());
  }

  private List<String> keys(String topic, Customer customer) {
    return hub.jdbc()
        .queryForList(
            "select event_key from events where topic = ? and event_key like ?",
            String.class,
            topic,
            "%" + customer.phone() + "%");
  }

  private long newsAndMessages() {
    return hub.count("events where topic not like 'webhook.%'");
  }

  /** A status, a message that was taken back and news of a template, in one post. */
  private static String everything(Customer from) {
    return """
        {"object":"whatsapp_business_account","entry":[{"id":"1","time":1790000200,"changes":[
          {"field":"messages","value":{"messaging_product":"whatsapp","statuses":[
            {"id":"wamid.S%1$s","status":"read","timestamp":"1790000100","recipient_id":"%1$s"}]}},
          {"field":"messages","value":{"messaging_product":"whatsapp","messages":[
            {"from":"%1$s","id":"wamid.R%1$s","timestamp":"1790000100","type":"revoke",
             "revoke":{"original_message_id":"wamid.O%1$s"}}]}},
          {"field":"message_template_status_update","value":
            {"event":"PAUSED","message_template_name":"tpl%1$s"}}]}]}
        """
        .formatted(from.phone());
  }
}
