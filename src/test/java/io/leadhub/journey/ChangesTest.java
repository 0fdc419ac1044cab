package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a lead when its messages or its contact change later. */
class ChangesTest extends Journey {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void anEditedMessageSaysWhatItSaysNow() {
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("A car for Friday");
    hub.isToldByMeta(message);
    hub.onlyLead(dana);

    edits(message, "A car for Saturday");

    JsonNode lead = hub.onlyLead(dana);
    JsonNode said = hub.story(lead).path("messages").path(0);
    assertThat(said.path("text").asText()).isEqualTo("A car for Saturday");
    assertThat(said.path("editedAt").isNull()).isFalse();
    assertThat(lead.path("firstMessage").asText()).isEqualTo("A car for Friday");
    assertThat(lead.path("messageCount").asInt()).isEqualTo(1);
    assertThat(world.sent(dana)).hasSize(1);
  }

  @Test
  void anEditThatComesBeforeItsMessageIsNotLost() {
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("A car for Friday");

    edits(message, "A car for Saturday");
    hub.isToldByMeta(message);
    hub.deliversNow();

    assertThat(hub.story(hub.onlyLead(dana)).path("messages").path(0).path("text").asText())
        .isEqualTo("A car for Saturday");
  }

  @Test
  void aMessageThatIsTakenBackIsMarkedAndItsTextStays() {
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("A car for Friday");
    hub.isToldByMeta(message);
    hub.onlyLead(dana);

    ObjectNode revoke = event(dana, "revoke");
    revoke.putObject("revoke").put("original_message_id", message.id());
    isPosted(revoke);

    JsonNode said = hub.story(hub.onlyLead(dana)).path("messages").path(0);
    assertThat(said.path("deletedAt").isNull()).isFalse();
    assertThat(said.path("text").asText()).isEqualTo("A car for Friday");
  }

  @Test
  void aReactionToOurReplyIsShownOnItAndIsNoMessage() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    hub.onlyLead(dana);

    ObjectNode reaction = event(dana, "reaction");
    reaction
        .putObject("reaction")
        .put("message_id", world.sent(dana).get(0).id())
        .put("emoji", "👍");
    isPosted(reaction);

    JsonNode messages = hub.story(hub.onlyLead(dana)).path("messages");
    assertThat(messages).hasSize(2);
    assertThat(messages.path(1).path("reaction").asText()).isEqualTo("👍");
  }

  @Test
  void aNewNumberIsTheSameContactAndTheOpenLeadGoesOn() {
    Customer before = Customer.named("Dana");
    Customer after = Customer.named("Dana");
    hub.isToldByMeta(before.writes("Hello"));
    long lead = hub.onlyLead(before).path("id").asLong();

    changesNumber(before, after);
    hub.isToldByMeta(after.writes("It is me"));

    assertThat(hub.onlyLead(after).path("id").asLong()).isEqualTo(lead);
    assertThat(hub.onlyLead(after).path("messageCount").asInt()).isEqualTo(2);
    assertThat(hub.leads(before)).isEmpty();
  }

  @Test
  void whereTheNewNumberIsKnownItsContactTakesOverTheLeads() {
    Customer before = Customer.named("Dana");
    Customer after = Customer.named("Dana");
    hub.isToldByMeta(before.writes("Hello"), after.writes("Hello, too"));
    hub.isQuiet();
    String stop = before.writes("STOP").id();
    hub.isToldByMeta(new Customer.Message(before, stop, Instant.now(), "STOP"));
    hub.isQuiet();

    changesNumber(before, after);

    assertThat(hub.leads(after)).hasSize(2);
    assertThat(hub.leads(before)).isEmpty();
    assertThat(hub.story(hub.leads(after).get(0)).path("optedOutAt").isNull()).isFalse();
  }

  @Test
  void whoOptsOutAtMetaGetsNothingAutomatic() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    hub.onlyLead(dana);

    ObjectNode post = (ObjectNode) Hub.parse(Hub.metaPost());
    ((ObjectNode) post.at("/entry/0/changes/0")).put("field", "user_preferences");
    ObjectNode value = (ObjectNode) post.at("/entry/0/changes/0/value");
    value.remove(List.of("contacts", "messages"));
    value
        .putArray("user_preferences")
        .addObject()
        .put("wa_id", dana.phone())
        .put("category", "marketing_messages")
        .put("value", "stop")
        .put("timestamp", Instant.now().getEpochSecond());
    assertThat(hub.isPostedByMeta(post.toString()).status()).isEqualTo(200);
    hub.deliversNow();

    assertThat(hub.story(hub.onlyLead(dana)).path("optedOutAt").isNull()).isFalse();
  }

  @Test
  void ourOwnWordsThatComeBackUnderAnotherIdAreNoPersonsAnswerInAnyLead() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello", Instant.now().minus(Duration.ofDays(60))));
    hub.isQuiet();
    hub.isToldByMeta(dana.writes("Hello again"));
    hub.isQuiet();
    assertThat(hub.leads(dana)).hasSize(2);

    ObjectNode post = (ObjectNode) Hub.parse(Hub.metaPost());
    ((ObjectNode) post.at("/entry/0/changes/0")).put("field", "smb_message_echoes");
    ObjectNode value = (ObjectNode) post.at("/entry/0/changes/0/value");
    value.remove(List.of("contacts", "messages"));
    ObjectNode echo = value.putArray("message_echoes").addObject();
    echo.put("from", "15550001111").put("to", dana.phone()).put("id", Hub.unique("wamid.ECHO"));
    echo.put("timestamp", Long.toString(Instant.now().getEpochSecond())).put("type", "text");
    String latest =
        hub.story(hub.leads(dana).get(0)).path("messages").path(1).path("text").asText();
    echo.putObject("text").put("body", latest);
    hub.isPostedByMeta(post.toString());
    hub.deliversNow();

    for (JsonNode lead : hub.leads(dana)) {
      assertThat(hub.story(lead).path("messages").findValuesAsText("author"))
          .doesNotContain("person");
    }
  }

  @Test
  void theAdThatACustomerCameFromIsKeptAlsoWhenTheLeadIsOpenAlready() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    hub.onlyLead(dana);

    ObjectNode message = event(dana, "text");
    message.putObject("text").put("body", "About your offer");
    message
        .putObject("referral")
        .put("source_type", "ad")
        .put("source_id", "120000000000000001")
        .put("headline", "Autumn offer")
        .put("ctwa_clid", "ARAx");
    isPosted(message);

    JsonNode referral = hub.story(hub.onlyLead(dana)).path("referral");
    assertThat(referral.path("ctwa_clid").asText()).isEqualTo("ARAx");
    assertThat(referral.path("headline").asText()).isEqualTo("Autumn offer");
  }

  private void edits(Customer.Message message, String text) {
    ObjectNode edit = event(message.from(), "edit");
    ObjectNode content = edit.putObject("edit").put("original_message_id", message.id());
    content.putObject("message").put("type", "text").putObject("text").put("body", text);
    assertThat(hub.isPostedByMeta(post(edit)).status()).isEqualTo(200);
    if (!hub.leads(message.from()).isEmpty()) {
      hub.deliversNow();
    }
  }

  private void changesNumber(Customer before, Customer after) {
    ObjectNode system = event(before, "system");
    system
        .putObject("system")
        .put("type", "user_changed_number")
        .put("customer", before.phone())
        .put("wa_id", after.phone())
        .put("body", "changed");
    isPosted(system);
  }

  private void isPosted(ObjectNode message) {
    assertThat(hub.isPostedByMeta(post(message)).status()).isEqualTo(200);
    hub.deliversNow();
  }

  private static String post(ObjectNode message) {
    ArrayNode messages = JSON.createArrayNode().add(message);
    return Hub.metaPost(JSON.createArrayNode(), messages);
  }

  private static ObjectNode event(Customer from, String type) {
    return JSON.createObjectNode()
        .put("from", from.phone())
        .put("id", Hub.unique("wamid.CHANGE"))
        .put("timestamp", Long.toString(Instant.now().getEpochSecond()))
        .put("type", type);
  }
}
