package io.leadhub.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.stub.StubComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;

/** What {@code routes/in/webhooks.camel.yaml} answers to whom. */
class WebhookAnswersTest {

  private final CamelContext camel = new DefaultCamelContext();
  private RuntimeException trouble;

  @BeforeEach
  void startTheRoutes() throws Exception {
    camel.setAutowiredEnabled(false); // it would look for what the real durable: wants
    camel.addComponent("durable", new StubComponent());
    camel.getRegistry().bind("webhookReader", new WebhookReader(new ObjectMapper()));
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.resolveResource(camel, "file:routes/in/webhooks.camel.yaml"));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in-test")
                .routeConfigurationId("in")
                .process(this::fail)
                .to("direct:answer");
          }

          private void fail(Exchange exchange) {
            if (trouble != null) {
              throw trouble;
            }
          }
        });
    camel.start();
  }

  @AfterEach
  void stopTheRoutes() {
    camel.stop();
  }

  @Test
  void aWebhookThatWasKeptIsAnsweredWith200AndNothingElse() {
    Exchange answer = post();
    assertThat(answer.getMessage().getHeaders()).hasSize(1).containsKey("CamelHttpResponseCode");
    assertThat(status(answer)).isEqualTo(200);
    assertThat(answer.getMessage().getBody(String.class)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"UNAUTHORIZED, 401", "FORBIDDEN, 403", "NOT_FOUND, 404"})
  void aRefusedWebhookHearsWhy(HttpStatus status, int number) throws Exception {
    trouble = new WebhookRefusedException(status, "Send Authorization: Bearer ….");
    Exchange answer = post();
    JsonNode problem = problem(answer);
    assertThat(status(answer)).isEqualTo(number);
    assertThat(problem.path("status").asInt()).isEqualTo(number);
    assertThat(problem.path("detail").asText()).isEqualTo("Send Authorization: Bearer ….");
    assertThat(answer.getMessage().getHeaders())
        .containsOnlyKeys("CamelHttpResponseCode", "Content-Type");
  }

  @Test
  void aWebhookThatCouldNotBeKeptIsToBeSentAgain() throws Exception {
    trouble = new IllegalStateException("the database is away");
    Exchange answer = post();
    assertThat(status(answer)).isEqualTo(503);
    assertThat(answer.getMessage().getHeader("Retry-After")).isEqualTo("5");
    assertThat(problem(answer).path("detail").asText())
        .isEqualTo("The message could not be stored. Send it again.");
  }

  private Exchange post() {
    return camel
        .createProducerTemplate()
        .request(
            "direct:in-test",
            exchange -> {
              exchange.getMessage().setBody("{}");
              exchange.getMessage().setHeader("Authorization", "Bearer t0p-secret");
              exchange.getMessage().setHeader("Cookie", "t0p-secret");
            });
  }

  private static int status(Exchange answer) {
    assertThat(answer.isFailed()).isFalse();
    return answer.getMessage().getHeader("CamelHttpResponseCode", Integer.class);
  }

  private static JsonNode problem(Exchange answer) throws Exception {
    assertThat(answer.getMessage().getHeader("Content-Type")).isEqualTo("application/problem+json");
    return new ObjectMapper().readTree(answer.getMessage().getBody(String.class));
  }
}
