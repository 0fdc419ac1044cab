package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.durable.RejectException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code routes/out/<provider>.jq} makes of a reply in the one shape. */
class OutboundMappingTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CamelContext CAMEL = new DefaultCamelContext();

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @Test
  void metaGetsTextAsAnAnswerToTheMessage() throws IOException {
    JsonNode sent = map("meta", reply());

    assertThat(sent.path("channel").asText()).isEqualTo("200000000000002");
    assertThat(sent.path("request"))
        .isEqualTo(
            json(
                "{'messaging_product':'whatsapp','recipient_type':'individual','to':'15550002222',"
                    + "'biz_opaque_callback_data':'reply/42','type':'text',"
                    + "'text':{'body':'Hello & welcome','preview_url':false},"
                    + "'context':{'message_id':'wamid.1'}}"));
  }

  @Test
  void metaGetsANumberedTemplateWithAHeader() throws IOException {
    ObjectNode reply = templateReply(false);
    ((ObjectNode) reply.path("template"))
        .set("header", json("{'type':'image','url':'https://x/y.png'}"));

    assertThat(map("meta", reply).path("request"))
        .isEqualTo(
            json(
                "{'messaging_product':'whatsapp','recipient_type':'individual','to':'15550002222',"
                    + "'biz_opaque_callback_data':'reply/42','type':'template',"
                    + "'template':{'name':'greeting','language':{'policy':'deterministic','code':'en_US'},'components':["
                    + "{'type':'header','parameters':[{'type':'image','image':{'link':'https://x/y.png'}}]},"
                    + "{'type':'body','parameters':[{'type':'text','text':'Dana'},"
                    + "{'type':'text','text':'42'}]}]}}"));
  }

  @Test
  void metaGetsTheNamesOfNamedVariables() throws IOException {
    assertThat(map("meta", templateReply(true)).at("/request/template/components/0/parameters"))
        .isEqualTo(
            json(
                "[{'type':'text','text':'Dana','parameter_name':'customer'},"
                    + "{'type':'text','text':'42','parameter_name':'number'}]"));
  }

  @Test
  void aTemplateWithoutVariablesHasNoComponents() throws IOException {
    ObjectNode reply = templateReply(false);
    ((ObjectNode) reply.path("template")).putArray("variables");

    assertThat(map("meta", reply).at("/request/template").has("components")).isFalse();
    assertThat(form(reply)).doesNotContainKey("ContentVariables");
    assertThat(map("wati", reply).at("/body/parameters")).isEmpty();
  }

  @Test
  void aCustomerWithoutANumberIsWrittenToByUserId() throws IOException {
    ObjectNode reply = reply();
    reply.putNull("phone").put("waUserId", "US.987");

    assertThat(map("meta", reply).at("/request/recipient").asText()).isEqualTo("US.987");
    assertThat(map("meta", reply).path("request").has("to")).isFalse();
    assertThat(form(reply)).containsEntry("To", "whatsapp:US.987");
    assertThat(map("wati", reply).path("path").asText())
        .isEqualTo("/api/v1/sendSessionMessage/US.987");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "twilio"})
  void whereAMessageDoesNotTellOurNumberItIsTheConfiguredOne(String provider) throws IOException {
    ObjectNode reply = reply();
    reply.putNull("channel").putNull("replyTo");

    assertThat(
            provider.equals("meta")
                ? map("meta", reply).path("channel").asText()
                : form(reply).get("From"))
        .endsWith("777");
    assertThat(map("meta", reply).path("request").has("context")).isFalse();
  }

  @Test
  void twilioGetsAForm() throws IOException {
    assertThat(form(reply()))
        .isEqualTo(
            Map.of(
                "From", "whatsapp:200000000000002",
                "To", "whatsapp:+15550002222",
                "Body", "Hello & welcome",
                "StatusCallback", "https://hub.example.org/webhook/whatsapp/twilio"));
  }

  @Test
  void twilioGetsATemplateByItsSidAndItsVariablesAsJsonText() throws IOException {
    Map<String, String> form = form(templateReply(false));

    assertThat(form).containsEntry("ContentSid", "HX1").doesNotContainKey("Body");
    assertThat(JSON.readTree(form.get("ContentVariables")))
        .isEqualTo(json("{'1':'Dana','2':'42'}"));
  }

  @Test
  void twilioIsNotToldAnAddressThatItCannotReach() throws IOException {
    assertThat(form(reply(), "http://localhost:8080")).doesNotContainKey("StatusCallback");
  }

  @Test
  void watiGetsTextInItsQueryAndTheNumberItIsToComeFrom() throws IOException {
    JsonNode sent = map("wati", reply());

    assertThat(sent.path("path").asText()).isEqualTo("/api/v1/sendSessionMessage/15550002222");
    assertThat(sent.path("query").asText())
        .isEqualTo("messageText=Hello%20%26%20welcome&channelPhoneNumber=200000000000002");
    assertThat(sent.path("body").isNull()).isTrue();
  }

  @Test
  void watiGetsATemplateWithItsParameters() throws IOException {
    JsonNode sent = map("wati", templateReply(true));

    assertThat(sent.path("path").asText()).isEqualTo("/api/v2/sendTemplateMessage");
    assertThat(sent.path("query").asText()).isEqualTo("whatsappNumber=15550002222");
    assertThat(sent.path("body"))
        .isEqualTo(
            json(
                "{'template_name':'greeting','broadcast_name':'LeadHub','parameters':["
                    + "{'name':'customer','value':'Dana'},{'name':'number','value':'42'}],"
                    + "'channel_number':'200000000000002'}"));
  }

  /**
   * As https://github.com/facebook/openapi (v23.0) and twilio-oai say; Wati takes what Meta does.
   */
  @ParameterizedTest
  @CsvSource({"meta, 4096", "twilio, 1600", "wati, 4096"})
  void aTextThatIsTooLongForTheProviderIsADeadLetterThatSaysSo(String provider, int most)
      throws IOException {
    assertThat(map(provider, reply().put("text", "я".repeat(most))).toString()).isNotEmpty();
    ObjectNode tooLong = reply().put("text", "я".repeat(most + 1));

    Throwable failure = catchThrowable(() -> map(provider, tooLong));

    assertThat(new ErrorTable().classify(failure))
        .isInstanceOf(RejectException.class)
        .hasMessageContaining(
            "the text has %d characters, and %d are taken".formatted(most + 1, most));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "template"})
  void whatMetaRequiresIsThere(String use) throws IOException {
    JsonNode request =
        map("meta", use.equals("text") ? reply() : templateReply(true)).path("request");

    for (String field : List.of("messaging_product", "recipient_type", "to", "type", use)) {
      assertThat(request.hasNonNull(field)).as(field).isTrue();
    }
    assertThat(request.path("biz_opaque_callback_data").asText()).hasSizeLessThanOrEqualTo(512);
  }

  private static ObjectNode reply() throws IOException {
    return (ObjectNode)
        json(
            "{'key':'reply/42','leadId':42,'channel':'200000000000002','phone':'+15550002222',"
                + "'waUserId':null,'replyTo':'wamid.1','text':'Hello & welcome','template':null,"
                + "'use':'text'}");
  }

  private static ObjectNode templateReply(boolean named) throws IOException {
    ObjectNode reply = reply().put("use", "template");
    reply.set(
        "template",
        json(
            "{'name':'greeting','language':'en_US','contentSid':'HX1','header':null,'named':"
                + named
                + ",'text':'Dana, 42','variables':[{'name':'"
                + (named ? "customer" : "1")
                + "','value':'Dana'},{'name':'"
                + (named ? "number" : "2")
                + "','value':'42'}]}"));
    return reply;
  }

  private static Map<String, String> form(JsonNode reply) throws IOException {
    return form(reply, "https://hub.example.org");
  }

  private static Map<String, String> form(JsonNode reply, String publicUrl) throws IOException {
    Map<String, String> form = new TreeMap<>();
    for (String field : map("twilio", reply, publicUrl).asText().split("&")) {
      String[] pair = field.split("=", 2);
      form.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  private static JsonNode map(String provider, JsonNode reply) throws IOException {
    return map(provider, reply, "https://hub.example.org");
  }

  private static JsonNode map(String provider, JsonNode reply, String publicUrl) {
    Expression mapping =
        CAMEL
            .resolveLanguage("jq")
            .createExpression("resource:file:routes/out/" + provider + ".jq");
    mapping.init(CAMEL);
    DefaultExchange exchange = new DefaultExchange(CAMEL);
    exchange.getMessage().setBody(reply);
    exchange.setVariable("ourNumber", "777");
    exchange.setVariable("publicUrl", publicUrl);
    return mapping.evaluate(exchange, JsonNode.class);
  }

  private static JsonNode json(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }
}
