package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.HubSettings;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A pretend provider that is not a bean has no paths: they answer 404. */
class SandboxSwitchesTest {

  private final ApplicationContextRunner hub =
      new ApplicationContextRunner()
          .withBean(HubSettings.class, DemoSettings::of)
          .withBean(MemoryJournal.class)
          .withUserConfiguration(
              SandboxMeta.class,
              SandboxTwilio.class,
              Sandbox360dialog.class,
              SandboxWati.class,
              SandboxTelegram.class,
              SandboxSheets.class,
              SandboxWebhook.class);

  @Test
  void outsideTheDemoProfileThereAreNone() {
    hub.withPropertyValues(all(true))
        .run(
            context ->
                assertThat(context.getBeansWithAnnotation(SandboxController.class)).isEmpty());
  }

  @Test
  void inTheDemoProfileThereAreThoseThatArePlayed() {
    hub.withPropertyValues("spring.profiles.active=demo")
        .withPropertyValues(all(false))
        .withPropertyValues("hub.sandbox.telegram=true")
        .run(
            context ->
                assertThat(context.getBeansWithAnnotation(SandboxController.class).values())
                    .hasOnlyElementsOfType(SandboxTelegram.class)
                    .hasSize(1));
    hub.withPropertyValues("spring.profiles.active=demo")
        .withPropertyValues(all(true))
        .run(
            context ->
                assertThat(context.getBeansWithAnnotation(SandboxController.class)).hasSize(7));
  }

  private static String[] all(boolean played) {
    return new String[] {
      "hub.sandbox.meta=" + played,
      "hub.sandbox.twilio=" + played,
      "hub.sandbox.d360=" + played,
      "hub.sandbox.wati=" + played,
      "hub.sandbox.telegram=" + played,
      "hub.sandbox.google-sheets=" + played,
      "hub.sandbox.webhook=" + played,
    };
  }
}
