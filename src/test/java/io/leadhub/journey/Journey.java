package io.leadhub.journey;

import io.leadhub.database.TestDatabase;
import io.leadhub.durable.Loops;
import org.apache.camel.CamelContext;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * One hub for all journeys, with every destination configured. Each test has customers, partners
 * and chats of its own, and leaves nothing waiting behind.
 */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "hub.public-url=" + Hub.PUBLIC_URL,
      "hub.time-zone=Asia/Bangkok",
      "hub.api-token=" + Hub.API_TOKEN,
      "hub.whatsapp.provider=meta",
      "hub.whatsapp.number=15550001111",
      "hub.meta.app-secret=" + Hub.APP_SECRET,
      "hub.meta.verify-token=" + Hub.VERIFY_TOKEN,
      "hub.meta.access-token=" + Hub.ACCESS_TOKEN,
      "hub.meta.phone-number-id=" + Hub.OUR_NUMBER,
      "hub.meta.base-url=http://localhost:${world.port:1}/graph/v23.0",
      "hub.twilio.account-sid=" + Hub.TWILIO_SID,
      "hub.twilio.auth-token=" + Hub.TWILIO_TOKEN,
      "hub.twilio.from=+15550001111",
      "hub.twilio.base-url=http://localhost:${world.port:1}/twilio",
      "hub.d360.webhook-token=" + Hub.D360_TOKEN,
      "hub.d360.phone-number-id=" + Hub.OUR_NUMBER,
      "hub.wati.webhook-token=" + Hub.WATI_TOKEN,
      "hub.d360.api-key=" + Hub.D360_KEY,
      "hub.d360.base-url=http://localhost:${world.port:1}/360dialog",
      "hub.wati.api-token=" + Hub.WATI_API_TOKEN,
      "hub.wati.base-url=http://localhost:${world.port:1}/wati",
      "hub.limits.d360-recipient=none",
      "hub.limits.wati=none",
      "hub.reply.templates[0].language=en",
      "hub.reply.templates[0].name=lead_greeting",
      "hub.reply.templates[0].content-sid=HX0123456789abcdef0123456789abcdef",
      "hub.reply.templates[0].body=Hello {{1}}, we got your request number {{2}}.",
      "hub.reply.templates[0].variables=name|guest,id",
      "hub.channels.probe-every=0",
      "hub.generic.token=" + Hub.LEAD_TOKEN,
      "hub.telegram.bot-token=" + Hub.BOT_TOKEN,
      "hub.telegram.base-url=http://localhost:${world.port:1}/telegram",
      "hub.google-sheets.spreadsheet-id=journey-sheet",
      "hub.google-sheets.service-account-key=",
      "hub.google-sheets.base-url=http://localhost:${world.port:1}/google",
      "hub.webhooks[0].url=http://localhost:${world.port:1}/crm",
      "hub.webhooks[0].secret=" + Hub.WEBHOOK_SECRET,
      "hub.limits.telegram-chat=none",
      "hub.limits.telegram-group=none",
      "hub.limits.google-sheets=none",
      "hub.limits.meta-recipient=none",
      "hub.limits.twilio=none",
      "hub.owner.telegram-chat-id=" + Hub.OWNER_CHAT,
      "hub.costs.rates[0].from=2025-07-01",
      "hub.costs.rates[0].country=TH",
      "hub.costs.rates[0].category=utility",
      "hub.costs.rates[0].price=0.0123",
      "hub.costs.monthly-budget=100",
      "hub.costs.over-budget=pause-replies",
      "hub.form.most-per-hour=1000",
      "hub.form.most-per-minute=5",
      "hub.report.cron=0 0 9 * * ?",
      "hub.report.catch-up-days=7"
    })
@Import(MovableClock.Instead.class)
abstract class Journey {

  static final World WORLD = new World();

  final World world = WORLD;
  Hub hub;

  @Autowired MovableClock clock;
  @Autowired private CamelContext camel;

  @DynamicPropertySource
  static void worldAndDatabase(DynamicPropertyRegistry registry) {
    registry.add("world.port", WORLD::port);
    TestDatabase.registerTo(registry);
  }

  @BeforeEach
  void findTheHub(@LocalServerPort int port, @Autowired JdbcTemplate jdbc) {
    hub = new Hub(port, jdbc, topic -> Loops.wake(camel, topic));
  }

  @AfterEach
  void leaveNothingWaiting() {
    world.behaves();
    clock.showsTheRealTime();
    hub.deliversNow();
  }
}
