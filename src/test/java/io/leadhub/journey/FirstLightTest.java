package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.signature.StandardWebhook;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A customer writes once, and everybody who is to hear of it does. */
class FirstLightTest extends Journey {

  @Test
  void aMessageThroughMetaBecomesALeadOfThePartnerWhoseCodeItNames() {
    Hub.Partner hotel = hub.partner("ru", 1);
    Customer dana = Customer.named("Dana");

    Hub.Answer answer =
        hub.isToldByMeta(dana.writes("Код: " + hotel.code() + ". Интересует аренда авто"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(lead.path("attributedBy").asText()).isEqualTo("keyword");
    assertThat(lead.path("phone").asText()).isEqualTo(dana.number());
    assertThat(lead.path("name").asText()).isEqualTo("Dana");
    assertThat(lead.path("status").asText()).isEqualTo("open");
    assertThat(lead.path("source").asText()).isEqualTo("whatsapp");
    assertThat(lead.path("messageCount").asInt()).isEqualTo(1);
    assertThat(lead.path("firstMessage").asText())
        .isEqualTo("Код: " + hotel.code() + ". Интересует аренда авто");
    assertThat(Instant.parse(lead.path("createdAt").asText()))
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(5));
    assertThat(Hub.items(hub.api("/leads?partner=" + hotel.code()))).containsExactly(lead);
  }

  @Test
  void eachChatOfThePartnerIsToldInThePartnersLanguageWithTheNameEscaped() {
    Hub.Partner hotel = hub.partner("ru", 3);
    Customer joker = Customer.named("<b>&\"x");

    hub.isToldByMeta(joker.writes("Код: " + hotel.code() + " <i>5 > 4</i>"));
    hub.isQuiet();

    for (long chat : hotel.chats()) {
      assertThat(world.telegram(chat)).hasSize(1);
      World.TelegramMessage notice = world.telegram(chat).get(0);
      assertThat(notice.token()).isEqualTo(Hub.BOT_TOKEN);
      assertThat(notice.parseMode()).isEqualTo("HTML");
      assertThat(notice.text())
          .startsWith("<b>Новый лид</b> · код <code>" + hotel.code() + "</code>")
          .contains("Имя: &lt;b&gt;&amp;&quot;x\n")
          .contains("Телефон: " + joker.number() + "\n")
          .contains("Сообщение: Код: " + hotel.code() + " &lt;i&gt;5 &gt; 4&lt;/i&gt;\n");
    }
  }

  @Test
  void theSheetGetsARowAndBeforeTheFirstOneItsHeaderOnce() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("=HYPERLINK(\"x\")");

    hub.isToldByMeta(dana.writes("=1+1 code " + hotel.code()));
    String id = hub.onlyLead(dana).path("id").asText();

    List<List<String>> rows = world.rows(dana);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get(1)).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(rows.get(0))
        .containsExactly(
            id,
            rows.get(0).get(1),
            hotel.code(),
            "=HYPERLINK(\"x\")",
            dana.number(),
            "",
            "=1+1 code " + hotel.code(),
            "whatsapp",
            "meta");
    List<World.Append> appends = world.appends();
    assertThat(appends).allMatch(append -> append.input().equals("RAW"));
    assertThat(appends).allMatch(append -> append.sheet().equals("journey-sheet"));
    assertThat(appends).allMatch(append -> append.range().equals("A1"));
    List<String> header =
        List.of(
            "Lead",
            "Created",
            "Partner",
            "Name",
            "Phone",
            "WhatsApp id",
            "Message",
            "Source",
            "Provider");
    assertThat(appends.get(0).rows()).containsExactly(header);
    assertThat(appends.stream().flatMap(append -> append.rows().stream()).filter(header::equals))
        .hasSize(1);
  }

  @Test
  void theCustomerIsAnsweredThroughMetaInTheirLanguage() {
    Customer dana = Customer.named("Дана");
    Customer.Message message = dana.writes("Интересует аренда авто");

    hub.isToldByMeta(message);
    JsonNode lead = hub.onlyLead(dana);

    assertThat(world.metaReplies(dana)).hasSize(1);
    World.MetaReply reply = world.metaReplies(dana).get(0);
    assertThat(reply.authorization()).isEqualTo("Bearer " + Hub.ACCESS_TOKEN);
    assertThat(reply.sender()).isEqualTo(Hub.OUR_NUMBER);
    assertThat(reply.text())
        .isEqualTo(
            "Здравствуйте, Дана! Спасибо за сообщение, мы скоро ответим вам здесь."
                + " Ваша заявка № %s.",
            lead.path("id").asText());
    assertThat(reply.body().path("messaging_product").asText()).isEqualTo("whatsapp");
    assertThat(reply.body().path("type").asText()).isEqualTo("text");
    assertThat(reply.body().at("/context/message_id").asText()).isEqualTo(message.id());
    assertThat(reply.body().has("recipient")).isFalse();
    assertThat(world.twilioReplies(dana)).isEmpty();
  }

  @Test
  void theCrmGetsAStandardWebhookWhoseSignatureIsRight() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello, code " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);

    assertThat(world.crm(dana)).hasSize(1);
    World.CrmEvent event = world.crm(dana).get(0);
    assertThat(event.type()).isEqualTo("lead.created");
    assertThat(event.id()).startsWith("msg_");
    assertThat(Instant.ofEpochSecond(Long.parseLong(event.timestamp())))
        .isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(5));
    assertThat(event.signature())
        .isEqualTo(
            new StandardWebhook(Hub.WEBHOOK_SECRET)
                .sign(event.id(), event.timestamp(), event.raw()));
    assertThat(event.lead().path("id").asLong()).isEqualTo(lead.path("id").asLong());
    assertThat(event.lead().path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(event.lead().path("phone").asText()).isEqualTo(dana.number());
    assertThat(event.lead().path("firstMessage").asText()).endsWith(hotel.code());
    assertThat(Instant.parse(event.body().path("timestamp").asText())).isBefore(Instant.now());
  }

  @Test
  void theLeadTellsWhatWasWrittenWhatWasAnsweredAndWhereItWent() {
    Hub.Partner hotel = hub.partner("en", 2);
    Customer dana = Customer.named("Dana");
    Customer.Message message = dana.writes("Hello, code " + hotel.code());

    hub.isToldByMeta(message);
    JsonNode story = hub.story(hub.onlyLead(dana));

    List<JsonNode> messages = Hub.list(story.path("messages"));
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0).path("direction").asText()).isEqualTo("in");
    assertThat(messages.get(0).path("messageId").asText()).isEqualTo(message.id());
    assertThat(messages.get(0).path("provider").asText()).isEqualTo("meta");
    assertThat(messages.get(0).path("kind").asText()).isEqualTo("text");
    assertThat(messages.get(0).path("text").asText()).isEqualTo(message.text());
    assertThat(Instant.parse(messages.get(0).path("at").asText()).getEpochSecond())
        .isEqualTo(message.at().getEpochSecond());
    assertThat(messages.get(1).path("direction").asText()).isEqualTo("out");
    assertThat(messages.get(1).path("messageId").asText()).startsWith("wamid.OUT");
    assertThat(messages.get(1).path("text").asText())
        .isEqualTo(world.metaReplies(dana).get(0).text());
    List<JsonNode> deliveries = Hub.list(story.path("deliveries"));
    assertThat(deliveries).allMatch(delivery -> delivery.path("state").asText().equals("done"));
    assertThat(deliveries)
        .extracting(d -> d.path("topic").asText() + " → " + d.path("subscriber").asText())
        .map(told -> told.replaceFirst("[.]localhost-[0-9a-f]+", ".localhost-…"))
        .containsExactlyInAnyOrder(
            "lead.created → telegram",
            "lead.created → google-sheets",
            "lead.created → whatsapp-reply",
            "lead.created → webhook",
            "send.telegram → telegram-bot",
            "send.telegram → telegram-bot",
            "send.meta → meta",
            "send.webhook.localhost-… → webhook-sender");
    assertThat(deliveries)
        .filteredOn(delivery -> delivery.path("subscriber").asText().equals("meta"))
        .extracting(delivery -> delivery.path("remoteId").asText())
        .containsExactly(messages.get(1).path("messageId").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "'I want to rent a car', 'Hello, Dana! Thank you for your message'",
    "'สนใจเช่ารถครับ', 'สวัสดี Dana ขอบคุณสำหรับข้อความ'"
  })
  void aMessageThroughTwilioIsAnsweredThroughTwilio(String text, String reply) {
    Hub.Partner hotel = hub.partner("th", 1);
    Customer dana = Customer.named("Dana");

    Hub.Answer answer = hub.isToldByTwilio(dana.writes(text + " code: " + hotel.code()));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<Response/>");
    assertThat(answer.header("Content-Type")).startsWith("text/xml");
    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(world.twilioReplies(dana)).hasSize(1);
    World.TwilioReply sent = world.twilioReplies(dana).get(0);
    assertThat(sent.account()).isEqualTo(Hub.TWILIO_SID);
    assertThat(sent.user()).isEqualTo(Hub.TWILIO_SID);
    assertThat(sent.password()).isEqualTo(Hub.TWILIO_TOKEN);
    assertThat(sent.form().keySet())
        .containsExactlyInAnyOrder("From", "To", "Body", "StatusCallback");
    assertThat(sent.form()).containsEntry("From", "whatsapp:+15550001111");
    assertThat(sent.form().get("Body")).startsWith(reply).contains(lead.path("id").asText());
    assertThat(world.metaReplies(dana)).isEmpty();
    assertThat(world.telegram(hotel.chats().get(0)))
        .extracting(World.TelegramMessage::text)
        .singleElement()
        .asString()
        .startsWith("<b>ลูกค้าใหม่</b>");
    assertThat(world.rows(dana)).hasSize(1);
    assertThat(world.crm(dana)).hasSize(1);
    assertThat(Hub.list(hub.story(lead).path("messages")))
        .extracting(message -> message.path("direction").asText())
        .containsExactly("in", "out");
  }

  @Test
  void whatAnotherSystemTellsBecomesALeadButIsNotAnswered() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named(null);

    Hub.Answer answer = hub.isToldByAnotherSystem(dana.writes("Hello, code " + hotel.code()));

    assertThat(answer.status()).isEqualTo(200);
    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.rows(dana)).hasSize(1);
    assertThat(world.crm(dana)).hasSize(1);
    assertThat(world.metaReplies(dana)).isEmpty();
    assertThat(world.twilioReplies(dana)).isEmpty();
    assertThat(Hub.list(hub.story(lead).path("messages"))).hasSize(1);
  }

  @Test
  void theShortAddressBelongsToTheConfiguredProvider() {
    Customer dana = Customer.named("Dana");

    Hub.Answer answer = hub.isPostedByMeta("/webhook/whatsapp", Hub.metaPost(dana.writes("Hello")));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(hub.onlyLead(dana).path("firstMessage").asText()).isEqualTo("Hello");
    assertThat(
            hub.get(
                    "/webhook/whatsapp?hub.mode=subscribe&hub.challenge=4711&hub.verify_token="
                        + Hub.VERIFY_TOKEN)
                .body())
        .isEqualTo("4711");
  }

  @Test
  void aMessageWithoutACodeIsALeadOfNobody() {
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);

    assertThat(lead.path("partnerCode").isNull()).isTrue();
    assertThat(hub.deliveries(lead.path("id").asLong(), "telegram-bot")).isEmpty();
    assertThat(world.rows(dana)).hasSize(1);
    assertThat(world.metaReplies(dana)).hasSize(1);
    assertThat(world.crm(dana)).hasSize(1);
  }
}
