package io.leadhub.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class HttpRoutesTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpRoutes routes = new HttpRoutes(0, meters);
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final AtomicReference<Thread> ranOn = new AtomicReference<>();
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  @BeforeEach
  void startRoutes() throws Exception {
    PlatformHttpComponent http = new PlatformHttpComponent(camel);
    http.setEngine(routes);
    camel.addComponent("platform-http", http);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("platform-http:/webhook/echo?httpMethodRestrict=POST,PUT")
                .routeId("echo")
                .process(exchange -> ranOn.set(Thread.currentThread()))
                .removeHeaders("*");
            from("platform-http:/webhook/broken?httpMethodRestrict=POST")
                .throwException(new IllegalStateException("broken"));
            from("platform-http:/webhook/worse?httpMethodRestrict=POST")
                .process(
                    exchange -> {
                      throw new OutOfMemoryError("none left");
                    });
            from("platform-http:/webhook/any").setBody(constant("any"));
            from("platform-http:/webhook/json?httpMethodRestrict=POST&consumes=application/json")
                .setBody(constant("json"));
          }
        });
    camel.getShutdownStrategy().setTimeout(1); // an error leaves its exchange in hand for ever
    camel.start();
  }

  @AfterEach
  void stopRoutes() {
    camel.stop();
  }

  @Test
  void aRouteAnswersOnTheThreadThatTheServerReadTheRequestOn() throws Exception {
    assertThat(routes.answer(request("POST", "/webhook/echo"), response)).isTrue();
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.getContentAsString()).isEqualTo("hello");
    assertThat(ranOn).hasValue(Thread.currentThread());
  }

  /** Spring knows the rest: methods that are not allowed, prefixes, routes open to every method. */
  @ParameterizedTest
  @CsvSource({
    "GET, /webhook/echo",
    "POST, /webhook/ech",
    "POST, /webhook/echo/",
    "POST, /webhook/other",
    "POST, /webhook/any",
    "POST, /webhook/json"
  })
  void whatIsNotJustARoutesMethodAndPathIsLeftToSpring(String method, String path) {
    assertThat(routes.answer(request(method, path), response)).isFalse();
    assertThat(response.isCommitted()).isFalse();
    assertThat(ranOn).hasNullValue();
  }

  @Test
  void everyMethodOfARouteIsAnswered() {
    assertThat(routes.answer(request("PUT", "/webhook/echo"), response)).isTrue();
  }

  @Test
  void aRouteThatFailsAnswersWith500AndNothingElse() throws Exception {
    assertThat(routes.answer(request("POST", "/webhook/broken"), response)).isTrue();
    assertThat(response.getStatus()).isEqualTo(500);
    assertThat(response.getContentAsString()).doesNotContain("broken");
  }

  /** What is answered with 200 counts as kept. */
  @Test
  void anErrorOfAStepIsNeverAnsweredWith200() {
    assertThat(routes.answer(request("POST", "/webhook/worse"), response)).isTrue();
    assertThat(response.getStatus()).isEqualTo(500);
  }

  @Test
  void anErrorBeforeTheFirstStepIsLeftToTheServer() {
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/webhook/echo") {
          @Override
          public BufferedReader getReader() {
            throw new OutOfMemoryError("none left");
          }
        };
    request.setContent("hello".getBytes());
    assertThatThrownBy(() -> routes.answer(request, response))
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(ranOn).hasNullValue();
    assertThat(response.isCommitted()).isFalse();
  }

  @Test
  void aStoppedRouteIsLeftToSpringUntilItStartsAgain() throws Exception {
    camel.getRouteController().stopRoute("echo");
    assertThat(routes.answer(request("POST", "/webhook/echo"), response)).isFalse();
    camel.getRouteController().startRoute("echo");
    assertThat(routes.answer(request("POST", "/webhook/echo"), response)).isTrue();
  }

  @Test
  void whatWasAnsweredIsMeasuredByPathAndStatus() {
    routes.answer(request("POST", "/webhook/echo"), response);
    routes.answer(request("POST", "/webhook/broken"), new MockHttpServletResponse());
    assertThat(meters.timer("leadhub.webhooks", "path", "/webhook/echo", "status", "200").count())
        .isOne();
    assertThat(meters.timer("leadhub.webhooks", "path", "/webhook/broken", "status", "500").count())
        .isOne();
  }

  private static MockHttpServletRequest request(String method, String path) {
    MockHttpServletRequest request = new MockHttpServletRequest(method, path);
    request.setContent("hello".getBytes());
    return request;
  }
}
