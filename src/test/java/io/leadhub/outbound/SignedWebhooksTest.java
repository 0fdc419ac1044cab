package io.leadhub.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.TestSettings;
import io.leadhub.durable.RejectException;
import io.leadhub.outbound.SignedWebhooks.Addressed;
import io.leadhub.outbound.SignedWebhooks.Signed;
import io.leadhub.signature.StandardWebhook;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignedWebhooksTest {

  private static final String CRM = "https://crm.example.org/leads";
  private static final String CRM_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String SHOP = "https://shop.example.org/hook";
  private static final String SHOP_SECRET = "whsec_bGVhZGh1Yi13ZWJob29rLXNlY3JldC0wMDE=";
  private static final Instant CREATED = Instant.parse("2026-01-31T12:00:00Z");
  private static final Map<String, Object> LEAD = Map.of("id", 42, "name", "Дана \"D\" 👋");

  private final ObjectMapper json = new ObjectMapper();
  private final SignedWebhooks webhooks = webhooks(CRM, CRM_SECRET, SHOP, SHOP_SECRET);

  @Test
  void eachListedAddressHearsOfALead() {
    assertThat(webhooks.address("lead.created", LEAD, CREATED))
        .extracting(Addressed::endpoint)
        .containsExactly(CRM, SHOP);
    assertThat(webhooks.address("lead.created", LEAD, CREATED))
        .extracting(Addressed::event)
        .containsOnly(
            Map.of("type", "lead.created", "timestamp", "2026-01-31T12:00:00Z", "data", LEAD));
  }

  @Test
  void eachAddressHasAQueueThatTellsItsHostAndKeepsItsSecrets() {
    assertThat(webhooks.queues())
        .hasSize(2)
        .allSatisfy(queue -> assertThat(queue).matches("(crm|shop).example.org-[0-9a-f]{16}"));
    String secretive = "https://user:pass@" + "a".repeat(200) + ":8443/t0p?secret=1#x";
    assertThat(webhooks(secretive, CRM_SECRET, "http://[::1]:80/", SHOP_SECRET).queues())
        .allSatisfy(queue -> assertThat(queue).matches("(a{50}|-)-[0-9a-f]{16}"));
  }

  @Test
  void withoutAListNobodyHearsOfIt() {
    assertThat(webhooks().address("lead.created", LEAD, CREATED)).isEmpty();
  }

  @Test
  void thePostIsSignedWithTheSecretOfItsAddress() throws Exception {
    for (Addressed addressed : webhooks.address("lead.created", LEAD, CREATED)) {
      String secret = addressed.endpoint().equals(CRM) ? CRM_SECRET : SHOP_SECRET;
      Signed signed = webhooks.sign(kept(addressed), 7);
      assertThat(signed.url()).isEqualTo(addressed.endpoint());
      assertThat(signed.id()).isEqualTo("msg_7");
      assertThat(signed.signature())
          .isEqualTo(
              new StandardWebhook(secret)
                  .sign("msg_7", signed.timestamp(), signed.body().getBytes(UTF_8)));
      assertThat(json.readTree(signed.body()))
          .isEqualTo(
              json.readTree(
                  """
                  {"type":"lead.created","timestamp":"2026-01-31T12:00:00Z",
                   "data":{"id":42,"name":"Дана \\"D\\" 👋"}}
                  """));
    }
  }

  @Test
  void theTimeIsThatOfTheAttemptInSeconds() {
    long before = Instant.now().getEpochSecond();
    Signed signed = webhooks.sign(addressedTo(CRM), 7);
    assertThat(Long.parseLong(signed.timestamp()))
        .isBetween(before, Instant.now().getEpochSecond());
  }

  @Test
  void aFurtherAttemptSendsTheSameBodyUnderTheSameId() throws Exception {
    Map<String, Object> kept = kept(webhooks.address("lead.created", LEAD, CREATED).get(0));
    Signed first = webhooks.sign(kept, 7);
    Signed second = webhooks.sign(kept, 7);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.id()).isEqualTo(first.id());
  }

  @Test
  void anAddressThatIsNotListedAnyMoreIsRejected() {
    assertThatThrownBy(() -> webhooks.sign(addressedTo("https://old.example.org/"), 7))
        .isInstanceOf(RejectException.class)
        .hasMessage("The address is not listed under hub.webhooks any more.");
    assertThatThrownBy(() -> webhooks.sign(addressedTo(null), 7))
        .isInstanceOf(RejectException.class);
  }

  @Test
  void anAddressHasAShortIdOfItsOwnThatStaysTheSame() {
    String longAddress = "https://crm.example.org/" + "x".repeat(500);
    SignedWebhooks both = webhooks(longAddress, CRM_SECRET, SHOP, SHOP_SECRET);

    List<String> ids =
        both.address("lead.created", LEAD, CREATED).stream().map(Addressed::id).toList();

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{16}"));
    assertThat(both.address("lead.updated", LEAD, CREATED))
        .extracting(Addressed::id)
        .isEqualTo(ids);
  }

  @Test
  void aSecretThatIsNoBase64StopsTheStartAndIsNotQuoted() {
    String secret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assertThatThrownBy(() -> webhooks(CRM, CRM_SECRET, SHOP, secret))
        .hasMessageContaining("hub.webhooks[1].secret")
        .hasMessageNotContaining(secret);
  }

  /** As it comes back from its topic. */
  private Map<String, Object> kept(Addressed addressed) throws Exception {
    return json.readValue(json.writeValueAsBytes(addressed), new TypeReference<>() {});
  }

  private static Map<String, Object> addressedTo(String url) {
    Map<String, Object> addressed = new HashMap<>();
    addressed.put("endpoint", url);
    addressed.put("event", Map.of("type", "lead.created"));
    return addressed;
  }

  private SignedWebhooks webhooks(String... urlsAndSecrets) {
    String[] settings = new String[urlsAndSecrets.length * 2];
    for (int i = 0; i < urlsAndSecrets.length; i++) {
      settings[2 * i] = "hub.webhooks[%d].%s".formatted(i / 2, i % 2 == 0 ? "url" : "secret");
      settings[2 * i + 1] = urlsAndSecrets[i];
    }
    return new SignedWebhooks(TestSettings.of(settings), json);
  }
}
