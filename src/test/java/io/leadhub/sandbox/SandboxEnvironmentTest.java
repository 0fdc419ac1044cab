package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.HubSettings;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;

class SandboxEnvironmentTest {

  @Test
  void withoutCredentialsEveryProviderIsPlayed() {
    HubSettings hub = DemoSettings.of();

    assertThat(hub.sandbox())
        .isEqualTo(new HubSettings.Sandbox(true, true, true, true, true, true, true));
    assertThat(hub.meta().baseUrl()).isEqualTo("http://127.0.0.1:8080/sandbox/meta");
    assertThat(hub.twilio().baseUrl()).isEqualTo("http://127.0.0.1:8080/sandbox/twilio");
    assertThat(hub.d360().baseUrl()).isEqualTo("http://127.0.0.1:8080/sandbox/360dialog");
    assertThat(hub.wati().baseUrl()).isEqualTo("http://127.0.0.1:8080/sandbox/wati");
    assertThat(hub.telegram().baseUrl()).isEqualTo("http://127.0.0.1:8080/sandbox/telegram");
    assertThat(hub.googleSheets().baseUrl()).isEqualTo("http://127.0.0.1:8080/sandbox/sheets");
    assertThat(hub.webhooks())
        .extracting(HubSettings.Webhook::url)
        .containsExactly("http://127.0.0.1:8080/sandbox/webhook");
  }

  @Test
  void whateverTheDemoNeedsIsMadeUp() {
    HubSettings hub = DemoSettings.of();

    assertThat(hub.meta().appSecret()).isEqualTo("demo-app-secret");
    assertThat(hub.meta().verifyToken()).isEqualTo("demo-verify-token");
    assertThat(hub.meta().accessToken()).isNotBlank();
    assertThat(hub.meta().phoneNumberId()).isEqualTo("100000000000001");
    assertThat(hub.twilio().accountSid()).isEqualTo("AC00000000000000000000000000000000");
    assertThat(hub.twilio().authToken()).isEqualTo("demo-auth-token");
    assertThat(hub.twilio().from()).isEqualTo("+15550001111");
    assertThat(hub.d360().apiKey()).isEqualTo("demo-d360-key");
    assertThat(hub.d360().phoneNumberId()).isEqualTo("100000000000003");
    assertThat(hub.d360().webhookToken()).isEqualTo("demo-d360-webhook-token");
    assertThat(hub.wati().apiToken()).isEqualTo("demo-wati-token");
    assertThat(hub.wati().webhookToken()).isEqualTo("demo-wati-webhook-token");
    assertThat(hub.telegram().botToken()).isEqualTo("100000001:demo");
    assertThat(hub.googleSheets().spreadsheetId()).isNotBlank();
    assertThat(hub.generic().token()).isEqualTo("demo-lead-token");
    assertThat(hub.apiToken()).isEqualTo("demo");
    assertThat(hub.whatsapp().number()).isEqualTo("15550001111");
  }

  @Test
  void theWebhookSecretIsOneThatStandardWebhooksAllows() {
    String secret = DemoSettings.of().webhooks().get(0).secret();

    assertThat(secret).startsWith("whsec_");
    assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSizeBetween(24, 64);
  }

  @Test
  void outsideTheDemoProfileNothingIsAdded() {
    StandardEnvironment production = DemoSettings.environment("production");

    assertThat(production.getPropertySources().contains("demo")).isFalse();
    HubSettings hub = DemoSettings.bind(production);
    assertThat(hub.sandbox())
        .isEqualTo(new HubSettings.Sandbox(false, false, false, false, false, false, false));
    assertThat(hub.meta().appSecret()).isEmpty();
    assertThat(hub.apiToken()).isEmpty();
    assertThat(hub.webhooks()).isEmpty();
  }

  @Test
  void aProviderWithRealCredentialsIsNotPlayed() {
    HubSettings hub =
        DemoSettings.of(
            "META_ACCESS_TOKEN", "EAAreal",
            "TWILIO_ACCOUNT_SID", "AC123",
            "TWILIO_AUTH_TOKEN", "real",
            "D360_API_KEY", "real",
            "WATI_API_TOKEN", "real",
            "TELEGRAM_BOT_TOKEN", "42:real",
            "GOOGLE_SHEETS_ID", "my-sheet");

    assertThat(hub.meta().baseUrl()).isEqualTo("https://graph.facebook.com/v23.0");
    assertThat(hub.meta().accessToken()).isEqualTo("EAAreal");
    assertThat(hub.meta().phoneNumberId()).isEmpty();
    assertThat(hub.twilio().baseUrl()).isEqualTo("https://api.twilio.com");
    assertThat(hub.twilio().from()).isEmpty();
    assertThat(hub.telegram().baseUrl()).isEqualTo("https://api.telegram.org");
    assertThat(hub.telegram().botToken()).isEqualTo("42:real");
    assertThat(hub.googleSheets().baseUrl()).isEqualTo("https://sheets.googleapis.com");
    assertThat(hub.googleSheets().spreadsheetId()).isEqualTo("my-sheet");
    assertThat(hub.sandbox().meta()).isFalse();
    assertThat(hub.sandbox().twilio()).isFalse();
    assertThat(hub.d360().baseUrl()).isEqualTo("https://waba-v2.360dialog.io");
    assertThat(hub.wati().baseUrl()).isEqualTo("https://live-mt-server.wati.io");
    assertThat(hub.sandbox().d360()).isFalse();
    assertThat(hub.sandbox().wati()).isFalse();
    assertThat(hub.sandbox().telegram()).isFalse();
    assertThat(hub.sandbox().googleSheets()).isFalse();
  }

  @Test
  void webhooksOfTheUserAreKept() {
    HubSettings hub =
        DemoSettings.of(
            "HUB_WEBHOOKS_0_URL",
            "https://crm.example.com/leads",
            "HUB_WEBHOOKS_0_SECRET",
            "whsec_" + "A".repeat(32));

    assertThat(hub.webhooks())
        .extracting(HubSettings.Webhook::url)
        .containsExactly("https://crm.example.com/leads");
    assertThat(hub.sandbox().webhook()).isFalse();
  }

  @Test
  void aRealSenderNeverWorksWithASecretThatEverybodyKnows() {
    HubSettings hub =
        DemoSettings.of(
            "META_ACCESS_TOKEN", "EAAreal", "D360_API_KEY", "real", "WATI_API_TOKEN", "real");

    assertThat(hub.d360().webhookToken()).isEmpty();
    assertThat(hub.wati().webhookToken()).isEmpty();
    assertThat(hub.meta().appSecret()).isEmpty();
    assertThat(hub.meta().verifyToken()).isEmpty();
  }

  @Test
  void halfOfTwiliosCredentialsAreLeftAsTheyAre() {
    HubSettings hub = DemoSettings.of("TWILIO_AUTH_TOKEN", "real");

    assertThat(hub.twilio().accountSid()).isEmpty();
    assertThat(hub.sandbox().twilio()).isFalse();
  }

  @Test
  void aMockServerOfTheUserIsKeptAndGetsMadeUpCredentials() {
    HubSettings hub =
        DemoSettings.of(
            "META_BASE_URL", "http://localhost:9999/graph",
            "TWILIO_BASE_URL", "http://localhost:9999/twilio",
            "D360_BASE_URL", "http://localhost:9999/360dialog",
            "WATI_BASE_URL", "http://localhost:9999/wati",
            "TELEGRAM_BASE_URL", "http://localhost:9999/telegram",
            "GOOGLE_SHEETS_BASE_URL", "http://localhost:9999/sheets");

    assertThat(hub.meta().baseUrl()).isEqualTo("http://localhost:9999/graph");
    assertThat(hub.meta().accessToken()).isNotBlank();
    assertThat(hub.meta().appSecret()).isEqualTo("demo-app-secret");
    assertThat(hub.twilio().baseUrl()).isEqualTo("http://localhost:9999/twilio");
    assertThat(hub.telegram().baseUrl()).isEqualTo("http://localhost:9999/telegram");
    assertThat(hub.googleSheets().baseUrl()).isEqualTo("http://localhost:9999/sheets");
    assertThat(hub.sandbox())
        .isEqualTo(new HubSettings.Sandbox(false, false, false, false, false, false, true));
  }

  @Test
  void anEmptyVariableIsAsGoodAsNone() {
    HubSettings hub = DemoSettings.of("TELEGRAM_BOT_TOKEN", "  ", "META_APP_SECRET", "");

    assertThat(hub.sandbox().telegram()).isTrue();
    assertThat(hub.telegram().botToken()).isEqualTo("100000001:demo");
    assertThat(hub.meta().appSecret()).isEqualTo("demo-app-secret");
  }

  @Test
  void secretsOfTheUserAreKept() {
    HubSettings hub =
        DemoSettings.of(
            "META_APP_SECRET", "mine", "HUB_API_TOKEN", "mine too", "LEAD_WEBHOOK_SECRET", "mine");

    assertThat(hub.meta().appSecret()).isEqualTo("mine");
    assertThat(hub.apiToken()).isEqualTo("mine too");
    assertThat(hub.generic().token()).as("a way around the secret").isEmpty();
  }

  @Test
  void theSandboxIsWhereTheServerIs() {
    assertThat(DemoSettings.of("SERVER_PORT", "9090").telegram().baseUrl())
        .isEqualTo("http://127.0.0.1:9090/sandbox/telegram");
  }

  @Test
  void anyPortIsDecidedAtOnce() {
    StandardEnvironment environment = DemoSettings.environment("demo", "SERVER_PORT", "0");

    int port = environment.getRequiredProperty("server.port", Integer.class);
    assertThat(port).isPositive();
    assertThat(DemoSettings.bind(environment).meta().baseUrl())
        .isEqualTo("http://127.0.0.1:" + port + "/sandbox/meta");
  }

  @Test
  void springFindsIt() {
    List<EnvironmentPostProcessor> found =
        SpringFactoriesLoader.forDefaultResourceLocation()
            .load(EnvironmentPostProcessor.class, (type, name, failure) -> {});

    assertThat(found).hasAtLeastOneElementOfType(SandboxEnvironment.class);
  }
}
