package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.Data;
import com.google.api.services.sheets.v4.Sheets;
import com.google.api.services.sheets.v4.model.AppendValuesResponse;
import com.google.api.services.sheets.v4.model.ValueRange;
import io.leadhub.HubSettings;
import io.leadhub.signature.StandardWebhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.HttpEncodingAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ActiveProfiles;

/** The pretend providers over real HTTP, called as the real ones are. */
@SpringBootTest(
    classes = SandboxControllerTest.App.class,
    webEnvironment = SpringBootTest.WebEnvironment.DEFINED_PORT,
    properties = "server.port=0")
@ActiveProfiles("demo")
class SandboxControllerTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  @Autowired HubSettings hub;
  @Autowired MemoryJournal journal;

  @BeforeEach
  void forget() {
    journal.clear();
  }

  @Nested
  class Meta {

    private static final String TEXT =
        """
        {"messaging_product": "whatsapp", "to": "66812345678", "type": "text",
         "text": {"body": "Спасибо 👍"}}
        """;

    @Test
    void aMessageIsTakenAndRemembered() throws Exception {
      Answer answer = send("Bearer " + hub.meta().accessToken(), TEXT);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("/messaging_product")).isEqualTo("whatsapp");
      assertThat(answer.text("/contacts/0/wa_id")).isEqualTo("66812345678");
      assertThat(answer.text("/messages/0/id")).matches("wamid\\.SANDBOX[0-9A-F]{32}");
      SandboxCall call = only();
      assertThat(call.provider()).isEqualTo("meta");
      assertThat(call.target()).isEqualTo("66812345678");
      assertThat(call.text()).isEqualTo("Спасибо 👍");
      assertThat(call.body().path("phone_number_id").asText()).isEqualTo("100000000000001");
    }

    @Test
    void eachMessageHasItsOwnId() throws Exception {
      String authorization = "Bearer " + hub.meta().accessToken();

      assertThat(send(authorization, TEXT).text("/messages/0/id"))
          .isNotEqualTo(send(authorization, TEXT).text("/messages/0/id"));
    }

    @Test
    void aCustomerWithoutAPhoneIsARecipient() throws Exception {
      Answer answer =
          send(
              "Bearer " + hub.meta().accessToken(),
              TEXT.replace("\"to\": \"66812345678\"", "\"recipient\": \"US.987\""));

      assertThat(answer.text("/contacts/0/user_id")).isEqualTo("US.987");
      assertThat(only().target()).isEqualTo("US.987");
    }

    @Test
    void aReadReceiptIsNoMessage() throws Exception {
      Answer answer =
          send(
              "Bearer " + hub.meta().accessToken(),
              "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"w.1\"}");

      assertThat(answer.text("/success")).isEqualTo("true");
      assertThat(journal.newest(10)).isEmpty();
    }

    @Test
    void aWrongTokenIsError190() throws Exception {
      for (String authorization : List.of("Bearer wrong", "")) {
        Answer answer = send(authorization, TEXT);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text("/error/code")).isEqualTo("190");
        assertThat(answer.text("/error/type")).isEqualTo("OAuthException");
      }
      assertThat(journal.newest(10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "not json",
          "[]",
          "{\"to\":\"1\",\"text\":{\"body\":\"x\"}}",
          "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":\"x\"}}",
          "{\"messaging_product\":\"whatsapp\",\"to\":\"1\",\"text\":{\"body\":\" \"}}",
          "{\"messaging_product\":\"whatsapp\",\"to\":\"1\",\"type\":\"text\"}",
          "{\"messaging_product\":\"whatsapp\",\"to\":\"1\",\"type\":\"template\",\"template\":{}}",
        })
    void whatMetaWouldNotUnderstandIsError100(String body) throws Exception {
      Answer answer = send("Bearer " + hub.meta().accessToken(), body);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/error/code")).isEqualTo("100");
      assertThat(journal.newest(10)).isEmpty();
    }

    @Test
    void textEndsAt4096Characters() throws Exception {
      String authorization = "Bearer " + hub.meta().accessToken();

      assertThat(send(authorization, TEXT.replace("Спасибо 👍", "x".repeat(4096))).status())
          .isEqualTo(200);
      assertThat(send(authorization, TEXT.replace("Спасибо 👍", "x".repeat(4097))).status())
          .isEqualTo(400);
    }

    private Answer send(String authorization, String body) throws Exception {
      return post(
          hub.meta().baseUrl() + "/100000000000001/messages",
          body,
          "Content-Type",
          "application/json",
          "Authorization",
          authorization);
    }
  }

  @Nested
  class D360 {

    private static final String TEXT =
        """
        {"messaging_product": "whatsapp", "to": "66812345678", "type": "text",
         "text": {"body": "Спасибо 👍"}}
        """;

    @Test
    void itTakesMetasMessagesAndRemembersThemAsItsOwn() throws Exception {
      Answer answer = send(hub.d360().apiKey(), TEXT);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("/messages/0/id")).startsWith("wamid.SANDBOX");
      assertThat(only().provider()).isEqualTo("360dialog");
      assertThat(only().text()).isEqualTo("Спасибо 👍");
    }

    @Test
    void aWrongKeyIsRefusedInTheGatewaysWords() throws Exception {
      Answer answer = send("wrong", TEXT);

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.text("/meta/developer_message")).isEqualTo("Invalid api key");
      assertThat(journal.newest(10)).isEmpty();
    }

    @Test
    void whatIsNoMessageIsRefusedInMetasWords() throws Exception {
      Answer answer = send(hub.d360().apiKey(), "{}");

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/error/code")).isEqualTo("100");
    }

    private Answer send(String key, String body) throws Exception {
      return post(hub.d360().baseUrl() + "/messages", body, "D360-API-KEY", key);
    }
  }

  @Nested
  class Wati {

    @Test
    void aTextIsTakenAndRemembered() throws Exception {
      Answer answer = send(hub.wati().apiToken(), "66812345678", "50%25+%26+%D0%94%D0%B0");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("/result")).isEqualTo("true");
      assertThat(answer.text("/message/whatsappMessageId")).startsWith("wamid.SANDBOX");
      SandboxCall call = only();
      assertThat(call.provider()).isEqualTo("wati");
      assertThat(call.target()).isEqualTo("66812345678");
      assertThat(call.text()).isEqualTo("50% & Да");
    }

    @Test
    void aCustomerWithoutAPhoneIsATarget() throws Exception {
      assertThat(send(hub.wati().apiToken(), "TH.987", "Hello").text("/result")).isEqualTo("true");
      assertThat(only().target()).isEqualTo("TH.987");
    }

    @Test
    void aTemplateIsTakenAndRemembered() throws Exception {
      Answer answer =
          template("66812345678", "{\"template_name\":\"followup\",\"broadcast_name\":\"hub\"}");

      assertThat(answer.text("/result")).isEqualTo("true");
      assertThat(answer.text("/receivers/0/isValidWhatsAppNumber")).isEqualTo("true");
      assertThat(only().text()).isEqualTo("[template] followup");
    }

    @Test
    void whatItWouldNotTakeIsAnsweredWith200AndAFalseResult() throws Exception {
      for (Answer answer :
          List.of(
              send(hub.wati().apiToken(), "66812345678", "+"),
              send(hub.wati().apiToken(), "66812345678", "x".repeat(4097)),
              send(hub.wati().apiToken(), "dana", "Hello"),
              template("66812345678", "{}"),
              template("dana", "{\"template_name\":\"f\",\"broadcast_name\":\"hub\"}"))) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("/result")).isEqualTo("false");
      }
      assertThat(journal.newest(10)).isEmpty();
    }

    @Test
    void aWrongTokenIsRefused() throws Exception {
      assertThat(send("wrong", "66812345678", "Hello").status()).isEqualTo(401);
      assertThat(journal.newest(10)).isEmpty();
    }

    private Answer send(String token, String target, String text) throws Exception {
      return post(
          hub.wati().baseUrl() + "/api/v1/sendSessionMessage/" + target + "?messageText=" + text,
          "",
          "Authorization",
          "Bearer " + token);
    }

    private Answer template(String number, String body) throws Exception {
      return post(
          hub.wati().baseUrl() + "/api/v2/sendTemplateMessage?whatsappNumber=" + number,
          body,
          "Authorization",
          "Bearer " + hub.wati().apiToken());
    }
  }

  /** What the hub asks each provider to learn whether its token is good. */
  @Nested
  class Probes {

    @Test
    void metaAnd360dialogTellOfTheirNumber() throws Exception {
      Answer meta = metaNumber("Bearer " + hub.meta().accessToken());
      Answer d360 = health(hub.d360().apiKey());

      assertThat(meta.text("/id")).isEqualTo("100000000000001");
      assertThat(meta.text("/quality_rating")).isEqualTo("GREEN");
      assertThat(d360.text("/id")).isEqualTo("100000000000003");
      assertThat(d360.text("/health_status/can_send_message")).isEqualTo("AVAILABLE");
    }

    @Test
    void twilioTellsOfItsAccountAndWatiOfItsTemplates() throws Exception {
      assertThat(account(hub.twilio().authToken()).text("/status")).isEqualTo("active");
      assertThat(templates(hub.wati().apiToken()).text("/result")).isEqualTo("success");
    }

    @Test
    void noneAnswersAWrongToken() throws Exception {
      assertThat(metaNumber("Bearer wrong").text("/error/code")).isEqualTo("190");
      assertThat(health("wrong").status()).isEqualTo(401);
      assertThat(account("wrong").text("/code")).isEqualTo("20003");
      assertThat(templates("wrong").status()).isEqualTo(401);
    }

    private Answer metaNumber(String authorization) throws Exception {
      return get(
          hub.meta().baseUrl() + "/" + hub.meta().phoneNumberId(), "Authorization", authorization);
    }

    private Answer health(String key) throws Exception {
      return get(hub.d360().baseUrl() + "/health_status", "D360-API-KEY", key);
    }

    private Answer account(String token) throws Exception {
      String basic = hub.twilio().accountSid() + ":" + token;
      return get(
          hub.twilio().baseUrl() + "/2010-04-01/Accounts/" + hub.twilio().accountSid() + ".json",
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
    }

    private Answer templates(String token) throws Exception {
      return get(
          hub.wati().baseUrl() + "/api/v1/getMessageTemplates", "Authorization", "Bearer " + token);
    }
  }

  @Nested
  class Twilio {

    private static final String MESSAGE =
        "From=whatsapp%3A%2B15550001111&To=whatsapp%3A%2B66812345678&Body=50%25+%26+%D0%94%D0%B0";

    @Test
    void aMessageIsTakenAndRemembered() throws Exception {
      Answer answer = send(hub.twilio().authToken(), MESSAGE);

      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.text("/sid")).matches("SM[0-9a-f]{32}");
      assertThat(answer.text("/status")).isEqualTo("queued");
      assertThat(answer.text("/to")).isEqualTo("whatsapp:+66812345678");
      assertThat(answer.body().path("error_code").isNull()).isTrue();
      SandboxCall call = only();
      assertThat(call.provider()).isEqualTo("twilio");
      assertThat(call.target()).isEqualTo("+66812345678");
      assertThat(call.text()).isEqualTo("50% & Да");
      assertThat(call.body().path("From").asText()).isEqualTo("whatsapp:+15550001111");
    }

    @Test
    void aWrongTokenIsError20003() throws Exception {
      Answer answer = send("wrong", MESSAGE);

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.text("/code")).isEqualTo("20003");
      assertThat(journal.newest(10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "'To=whatsapp:%2B66812345678&Body=x', 21603",
      "'From=whatsapp:%2B15550001111&Body=x', 21604",
      "'From=whatsapp:%2B15550001111&To=66812345678&Body=x', 21211",
      "'From=15550001111&To=whatsapp:%2B66812345678&Body=x', 21212",
      "'From=whatsapp:%2B15550001111&To=whatsapp:%2B66812345678', 21602",
    })
    void whatTwilioWouldNotTakeIsRefusedWithItsCode(String form, String code) throws Exception {
      Answer answer = send(hub.twilio().authToken(), form);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/code")).isEqualTo(code);
      assertThat(answer.text("/status")).isEqualTo("400");
    }

    @Test
    void whatWasSentIsListedNewestFirstBySenderAndCustomer() throws Exception {
      String sid = send(hub.twilio().authToken(), MESSAGE).text("/sid");
      String second = send(hub.twilio().authToken(), MESSAGE + "2").text("/sid");
      send(hub.twilio().authToken(), MESSAGE.replace("66812345678", "66812345679"));
      send(hub.twilio().authToken(), MESSAGE.replace("15550001111", "15550002222"));

      Answer list = list("From=whatsapp%3A%2B15550001111&To=whatsapp%3A%2B66812345678");

      assertThat(list.body().path("messages")).hasSize(2);
      assertThat(list.text("/messages/0/sid")).isEqualTo(second).isNotEqualTo(sid);
      assertThat(list.text("/messages/1/sid")).isEqualTo(sid);
      assertThat(list.text("/messages/1/body")).isEqualTo("50% & Да");
      assertThat(list.text("/messages/1/date_created")).endsWith("GMT");
      assertThat(list("PageSize=1").body().path("messages")).hasSize(1);
    }

    @Test
    void oneMessageIsShownWithItsPrice() throws Exception {
      String sid = send(hub.twilio().authToken(), MESSAGE).text("/sid");

      Answer one = messages("/" + sid + ".json");

      assertThat(one.status()).isEqualTo(200);
      assertThat(one.text("/sid")).isEqualTo(sid);
      assertThat(one.text("/price")).isEqualTo("-0.00500");
      assertThat(one.text("/price_unit")).isEqualTo("USD");
      assertThat(messages("/SM1.json").status()).isEqualTo(404);
    }

    private Answer list(String query) throws Exception {
      return messages(".json?" + query);
    }

    private Answer messages(String rest) throws Exception {
      String sid = hub.twilio().accountSid();
      String user = sid + ":" + hub.twilio().authToken();
      return get(
          hub.twilio().baseUrl() + "/2010-04-01/Accounts/" + sid + "/Messages" + rest,
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes()));
    }

    @Test
    void aBodyEndsAt1600Characters() throws Exception {
      Answer answer = send(hub.twilio().authToken(), MESSAGE + "x".repeat(1600));

      assertThat(answer.text("/code")).isEqualTo("21617");
    }

    private Answer send(String authToken, String form) throws Exception {
      String sid = hub.twilio().accountSid();
      return post(
          hub.twilio().baseUrl() + "/2010-04-01/Accounts/" + sid + "/Messages.json",
          form,
          "Content-Type",
          "application/x-www-form-urlencoded",
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString((sid + ":" + authToken).getBytes()));
    }
  }

  @Nested
  class Telegram {

    @Test
    void aMessageIsTakenAndRemembered() throws Exception {
      Answer answer =
          send("{\"chat_id\":\"1001\",\"text\":\"<b>Тест</b> &amp; Co\",\"parse_mode\":\"HTML\"}");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text("/ok")).isEqualTo("true");
      assertThat(answer.body().at("/result/chat/id").isNumber()).isTrue();
      assertThat(answer.text("/result/chat/id")).isEqualTo("1001");
      assertThat(answer.body().at("/result/message_id").asLong()).isPositive();
      assertThat(answer.text("/result/text")).isEqualTo("Тест & Co");
      SandboxCall call = only();
      assertThat(call.provider()).isEqualTo("telegram");
      assertThat(call.target()).isEqualTo("1001");
      assertThat(call.text()).isEqualTo("Тест & Co");
    }

    @Test
    void withoutAParseModeTextIsJustText() throws Exception {
      assertThat(send("{\"chat_id\":-1002,\"text\":\"a < b & c\"}").status()).isEqualTo(200);
      assertThat(only().text()).isEqualTo("a < b & c");
      assertThat(only().target()).isEqualTo("-1002");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"chat_id\":1,\"text\":\"Tom & J\",\"parse_mode\":\"HTML\"}"
              + "| Bad Request: can't parse entities: Unescaped \"&\" at byte offset 4",
          "{\"text\":\"x\"} | Bad Request: chat_id is empty",
          "{\"chat_id\":\"nobody\",\"text\":\"x\"} | Bad Request: chat not found",
          "{\"chat_id\":1} | Bad Request: message text is empty",
          "{\"chat_id\":1,\"text\":\"<b></b>\",\"parse_mode\":\"HTML\"}"
              + "| Bad Request: message text is empty",
          "rubbish | Bad Request: object expected",
        })
    void whatTelegramWouldNotTakeIsRefusedInItsWords(String body, String reason) throws Exception {
      Answer answer = send(body);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("/ok")).isEqualTo("false");
      assertThat(answer.text("/error_code")).isEqualTo("400");
      assertThat(answer.text("/description")).isEqualTo(reason);
      assertThat(journal.newest(10)).isEmpty();
    }

    @Test
    void theLengthIsCountedWithoutTags() throws Exception {
      String long_ = "{\"chat_id\":1,\"parse_mode\":\"HTML\",\"text\":\"<b>%s</b>\"}";

      assertThat(send(long_.formatted("x".repeat(4096))).status()).isEqualTo(200);
      assertThat(send(long_.formatted("x".repeat(4097))).text("/description"))
          .isEqualTo("Bad Request: message is too long");
    }

    @Test
    void anotherBotIsUnauthorizedAndNoBotIsNotFound() throws Exception {
      String bots = hub.telegram().baseUrl() + "/bot";

      assertThat(post(bots + "1:other/sendMessage", "{}").status()).isEqualTo(401);
      assertThat(post(bots + "rubbish/sendMessage", "{}").status()).isEqualTo(404);
      assertThat(post(bots + hub.telegram().botToken() + "/flyToTheMoon", "{}").status())
          .isEqualTo(404);
    }

    @Test
    void theBotKnowsItself() throws Exception {
      Answer answer = get(hub.telegram().baseUrl() + "/bot" + hub.telegram().botToken() + "/getMe");

      assertThat(answer.text("/result/is_bot")).isEqualTo("true");
    }

    private Answer send(String body) throws Exception {
      return post(
          hub.telegram().baseUrl() + "/bot" + hub.telegram().botToken() + "/sendMessage",
          body,
          "Content-Type",
          "application/json");
    }
  }

  /** With Google's own client, which compresses bodies and escapes ranges in its own way. */
  @Nested
  class GoogleSheets {

    @Test
    void anEmptySheetHasNoValues() throws Exception {
      ValueRange range = sheets().get(id(), "A1:Z1").execute();

      assertThat(range.getMajorDimension()).isEqualTo("ROWS");
      assertThat(range.getValues()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "A1 | Sheet1!A1:C2 | Sheet1!A3:C3",
          "Leads!A1:F1 | Leads!A1:C2 | Leads!A3:C3",
          "'Мои лиды'!B1 | 'Мои лиды'!B1:D2 | 'Мои лиды'!B3:D3",
        })
    void rowsAreAppendedBelowTheLast(String range, String first, String second) throws Exception {
      AppendValuesResponse two =
          append(range, List.of(List.of("Id", "Имя", "Text"), List.of(1, "Дана", "=1+1")));
      AppendValuesResponse one = append(range, List.of(List.of(2, "Tom", "& <b>")));

      assertThat(two.getUpdates().getUpdatedRange()).isEqualTo(first);
      assertThat(two.getUpdates().getUpdatedRows()).isEqualTo(2);
      assertThat(two.getUpdates().getUpdatedCells()).isEqualTo(6);
      assertThat(one.getUpdates().getUpdatedRange()).isEqualTo(second);
    }

    @Test
    void whatWasAppendedIsRead() throws Exception {
      append("Leads!A1", List.of(List.of("Id", "Name", ""), List.of(1, "Dana", "x")));
      append("Other!A1", List.of(List.of("not this")));

      assertThat(sheets().get(id(), "Leads!A1").execute().getValues())
          .isEqualTo(List.of(List.of("Id")));
      assertThat(sheets().get(id(), "Leads!A1:Z1").execute().getValues())
          .isEqualTo(List.of(List.of("Id", "Name")));
      assertThat(sheets().get(id(), "Leads!A2:B").execute().getValues())
          .isEqualTo(List.of(List.of("1", "Dana")));
      assertThat(sheets().get(id(), "Leads!B:B").execute().getValues())
          .isEqualTo(List.of(List.of("Name"), List.of("Dana")));
      assertThat(sheets().get(id(), "Leads!A9").execute().getValues()).isNull();
    }

    @Test
    void aRowIsUpdatedWhereItIsAndWhatIsNullStays() throws Exception {
      append("Leads!A1", List.of(List.of("Id", "Name", "Note"), List.of(1, "Dana", "x")));
      append("Leads!A1", List.of(List.of(2, "Tom", "y")));

      sheets()
          .update(
              id(),
              "Leads!A2:D2",
              new ValueRange()
                  .setValues(List.of(List.of(Data.NULL_STRING, "Diana", Data.NULL_STRING, "new"))))
          .setValueInputOption("RAW")
          .execute();
      append("Leads!A1", List.of(List.of(3, "Ann", "z")));

      assertThat(sheets().get(id(), "Leads!A1:D9").execute().getValues())
          .isEqualTo(
              List.of(
                  List.of("Id", "Name", "Note"),
                  List.of("1", "Diana", "x", "new"),
                  List.of("2", "Tom", "y"),
                  List.of("3", "Ann", "z")));
    }

    @Test
    void eachRowIsRememberedByItself() throws Exception {
      append("Leads!A1", List.of(List.of("Id", "Name"), List.of(7, "Dana")));

      SandboxCall last = journal.newest(1).get(0);
      assertThat(journal.newest(10)).hasSize(2);
      assertThat(last.provider()).isEqualTo("google-sheets");
      assertThat(last.target()).isEqualTo("Leads");
      assertThat(last.text()).isEqualTo("7 | Dana");
      assertThat(last.body().path("range").asText()).isEqualTo("Leads!A2:B2");
      assertThat(last.body().path("values").toString()).isEqualTo("[\"7\",\"Dana\"]");
    }

    @Test
    void whatGoogleWouldNotTakeIsRefusedInItsWords() {
      assertThatExceptionOfType(GoogleJsonResponseException.class)
          .isThrownBy(() -> sheets().get("no-such-spreadsheet", "A1").execute())
          .matches(e -> e.getStatusCode() == 404)
          .matches(e -> e.getDetails().getMessage().equals("Requested entity was not found."));
      assertThatExceptionOfType(GoogleJsonResponseException.class)
          .isThrownBy(() -> sheets().get(id(), "Leads!A0").execute())
          .matches(e -> e.getStatusCode() == 400)
          .matches(e -> e.getDetails().getMessage().equals("Unable to parse range: Leads!A0"));
      assertThatExceptionOfType(GoogleJsonResponseException.class)
          .isThrownBy(() -> sheets().append(id(), "A1", new ValueRange()).execute())
          .matches(e -> e.getStatusCode() == 400);
    }

    @Test
    void aPlainBodyIsAsGood() throws Exception {
      Answer answer =
          post(
              hub.googleSheets().baseUrl()
                  + "/v4/spreadsheets/"
                  + id()
                  + "/values/A1:append?valueInputOption=RAW",
              "{\"values\":[[\"x\",null,true]]}",
              "Content-Type",
              "application/json");

      assertThat(answer.text("/updates/updatedRange")).isEqualTo("Sheet1!A1:C1");
    }

    private AppendValuesResponse append(String range, List<List<Object>> rows) throws Exception {
      return sheets()
          .append(id(), range, new ValueRange().setValues(rows))
          .setValueInputOption("RAW")
          .setInsertDataOption("INSERT_ROWS")
          .execute();
    }

    private Sheets.Spreadsheets.Values sheets() {
      return new Sheets.Builder(
              new NetHttpTransport(), GsonFactory.getDefaultInstance(), request -> {})
          .setRootUrl(hub.googleSheets().baseUrl() + "/")
          .setApplicationName("test")
          .build()
          .spreadsheets()
          .values();
    }

    private String id() {
      return hub.googleSheets().spreadsheetId();
    }
  }

  @Nested
  class Webhook {

    private static final String EVENT = "{\"type\":\"lead.created\",\"data\":{\"name\":\"Дана\"}}";

    @Test
    void aSignedEventIsTakenAndRemembered() throws Exception {
      String now = now(0);

      assertThat(send("msg_7", now, "v1,b2xk " + sign("msg_7", now, EVENT), EVENT).status())
          .isEqualTo(204);
      SandboxCall call = only();
      assertThat(call.provider()).isEqualTo("webhook");
      assertThat(call.target()).isEqualTo("msg_7");
      assertThat(call.text()).isEqualTo("lead.created");
      assertThat(call.body()).isEqualTo(JSON.readTree(EVENT));
    }

    @Test
    void aWrongSignatureIsRefused() throws Exception {
      String now = now(0);

      assertThat(send("msg_7", now, sign("msg_8", now, EVENT), EVENT).status()).isEqualTo(401);
      assertThat(send("msg_7", now, sign("msg_7", now, EVENT), EVENT + " ").status())
          .isEqualTo(401);
      assertThat(send("msg_7", now, "v1,rubbish", EVENT).status()).isEqualTo(401);
      assertThat(send("msg_7", now, "", EVENT).status()).isEqualTo(400);
      assertThat(journal.newest(10)).isEmpty();
    }

    @Test
    void anOldEventIsRefused() throws Exception {
      for (String then : List.of(now(-301), now(302), "yesterday")) {
        assertThat(send("msg_7", then, sign("msg_7", then, EVENT), EVENT).status()).isEqualTo(401);
      }
    }

    private Answer send(String id, String timestamp, String signature, String body)
        throws Exception {
      return post(
          hub.webhooks().get(0).url(),
          body,
          "Content-Type",
          "application/json",
          "webhook-id",
          id,
          "webhook-timestamp",
          timestamp,
          "webhook-signature",
          signature);
    }

    private String sign(String id, String timestamp, String body) {
      return new StandardWebhook(hub.webhooks().get(0).secret())
          .sign(id, timestamp, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String now(int secondsLater) {
      return String.valueOf(Instant.now().getEpochSecond() + secondsLater);
    }
  }

  private SandboxCall only() {
    assertThat(journal.newest(10)).hasSize(1);
    return journal.newest(1).get(0);
  }

  private static Answer post(String url, String body, String... headers) throws Exception {
    return answer(request(url, headers).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static Answer get(String url, String... headers) throws Exception {
    return answer(request(url, headers));
  }

  private static HttpRequest.Builder request(String url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static Answer answer(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  private record Answer(int status, JsonNode body) {

    String text(String path) {
      return body.at(path).asText();
    }
  }

  /** Just the web and the sandbox; unannotated, so that no other test finds it by scanning. */
  @ImportAutoConfiguration({
    ServletWebServerFactoryAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    HttpEncodingAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    JacksonAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class,
  })
  @EnableConfigurationProperties(HubSettings.class)
  @Import({
    SandboxMeta.class,
    SandboxTwilio.class,
    Sandbox360dialog.class,
    SandboxWati.class,
    SandboxTelegram.class,
    SandboxSheets.class,
    SandboxWebhook.class,
    Refusals.class,
    MemoryJournal.class,
  })
  static class App {}
}
