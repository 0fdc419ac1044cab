package io.leadhub.sandbox;

import io.leadhub.HubSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Says where to look and how to send the first message, as the last word of the start. */
@Component
@Profile(SandboxEnvironment.PROFILE)
final class DemoWelcome {

  private static final Logger log = LoggerFactory.getLogger(DemoWelcome.class);

  private final HubSettings settings;
  private final FirstMessage firstMessage;

  DemoWelcome(HubSettings settings, FirstMessage firstMessage) {
    this.settings = settings;
    this.firstMessage = firstMessage;
  }

  @EventListener(ApplicationReadyEvent.class)
  @Order(Ordered.LOWEST_PRECEDENCE)
  void welcome() {
    log.info("{}", text());
  }

  String text() {
    boolean demoToken = settings.apiToken().equals(SandboxEnvironment.API_TOKEN);
    return """
           LeadHub runs with the demo profile: providers without credentials are played by itself.

             What was sent   %1$s/sandbox
             A link          %1$s/w/HOTEL1 (QR code: %1$s/qr/HOTEL1.png)
             Leads           curl -H 'Authorization: Bearer %2$s' %1$s/api/leads
             Health          %1$s/actuator/health

           Be the first customer. Copy this line into a terminal (twice gives still one lead):

           %3$s
           """
        .formatted(
            firstMessage.address(),
            demoToken ? SandboxEnvironment.API_TOKEN : "<your HUB_API_TOKEN>",
            firstMessage.command());
  }
}
