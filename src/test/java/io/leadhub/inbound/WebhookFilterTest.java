package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class WebhookFilterTest {

  private static final int THREE_MB = 3 * 1024 * 1024;
  private static final HttpRoutes NO_ROUTES = new HttpRoutes(0, new SimpleMeterRegistry());

  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final MockHttpServletResponse response = new MockHttpServletResponse();
  private final MockFilterChain chain = new MockFilterChain();

  @BeforeEach
  void startTheRoutes() {
    camel.start();
  }

  @AfterEach
  void stopTheRoutes() {
    camel.stop();
  }

  @Test
  void beforeTheRoutesAreUpASenderIsAskedToComeAgain() throws Exception {
    camel.stop();
    filter(post("/webhook/lead", "{}"));
    assertThat(chain.getRequest()).isNull();
    assertThat(response.getStatus()).isEqualTo(503);
    assertThat(response.getHeader("Retry-After")).isEqualTo("5");
    assertIsProblem("The hub is starting. Send it again.");
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsRefusedUnread() throws Exception {
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/webhook/lead") {
          @Override
          public long getContentLengthLong() {
            return THREE_MB + 1L;
          }

          @Override
          public ServletInputStream getInputStream() {
            throw new AssertionError("the body was read");
          }
        };
    filter(request);
    assertThat(chain.getRequest()).isNull();
    assertThat(response.getStatus()).isEqualTo(413);
    assertIsProblem("A webhook may have 3 MB at most.");
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsReadNoFurther() throws Exception {
    Endless body = new Endless();
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/webhook/lead") {
          @Override
          public ServletInputStream getInputStream() {
            return body;
          }
        };
    assertThat(request.getContentLengthLong()).isEqualTo(-1);
    filter(request);
    assertThat(chain.getRequest()).isNull();
    assertThat(response.getStatus()).isEqualTo(413);
    assertThat(body.read).isLessThan(2L * THREE_MB);
  }

  @Test
  void theLargestBodyAllowedPassesWhole() throws Exception {
    byte[] largest = new byte[THREE_MB];
    Arrays.fill(largest, (byte) 'x');
    MockHttpServletRequest request = post("/webhook/lead", "");
    request.setContent(largest);
    assertThat(WebhookFilter.body(filter(request))).hasSize(THREE_MB);
    assertThat(response.getStatus()).isEqualTo(200);
  }

  @Test
  void theBodyReachesTheRouteByteByByteAndCanBeReadAgain() throws Exception {
    byte[] signed = {'{', 0, (byte) 0xff, '\r', '\n', '}'};
    MockHttpServletRequest request = post("/webhook/lead", "");
    request.setContent(signed);
    HttpServletRequest passed = filter(request);
    assertThat(WebhookFilter.body(passed)).containsExactly(signed);
    assertThat(passed.getInputStream().readAllBytes()).containsExactly(signed);
    assertThat(passed.getInputStream().readAllBytes()).containsExactly(signed);
  }

  @Test
  void theBodyCanBeReadAsTextToo() throws Exception {
    HttpServletRequest passed = filter(post("/webhook/lead", "Дана 👋"));
    assertThat(passed.getReader().readLine()).isEqualTo("Дана 👋");
    assertThat(passed.getReader().readLine()).isEqualTo("Дана 👋");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "twilio"})
  void theShortAddressLeadsToTheConfiguredProvider(String provider) throws Exception {
    HttpServletRequest passed = filter(provider, post("/webhook/whatsapp", "{}"));
    assertThat(passed.getRequestURI()).isEqualTo("/webhook/whatsapp/" + provider);
    assertThat(passed.getServletPath()).isEqualTo("/webhook/whatsapp/" + provider);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webhook/whatsapp/",
        "/webhook/whatsapp/meta",
        "/webhook/whatsapp;a=b",
        "/webhook//whatsapp",
        "/webhook/WhatsApp",
        "/webhook/whatsapp2",
        "/webhook/whatsapp%2Fmeta",
        "/webhook/lead"
      })
  void everyOtherAddressStaysAsItIs(String address) throws Exception {
    assertThat(filter("twilio", post(address, "{}")).getRequestURI()).isEqualTo(address);
  }

  @Test
  void whatTheSenderAskedForIsRememberedWithItsQuery() throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp", "{}");
    request.setQueryString("a=%27b&c");
    assertThat(WebhookFilter.askedFor(filter(request))).isEqualTo("/webhook/whatsapp?a=%27b&c");
    assertThat(WebhookFilter.askedFor(filter(post("/webhook/lead", ""))))
        .isEqualTo("/webhook/lead");
  }

  @Test
  void formFieldsAreHidden() throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp/twilio", "Body=Hi&From=whatsapp");
    request.setContentType("application/x-www-form-urlencoded");
    request.setParameter("Body", "Hi");
    request.setParameter("From", "whatsapp");
    HttpServletRequest passed = filter(request);
    assertThat(passed.getParameter("Body")).isNull();
    assertThat(passed.getParameterValues("From")).isNull();
    assertThat(passed.getParameterMap()).isEmpty();
    assertThat(Collections.list(passed.getParameterNames())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/x-www-form-urlencoded; charset=UTF-8", "multipart/form-data"})
  void aBodyIsBytesToEveryoneWhoMightTakeItApart(String type) throws Exception {
    MockHttpServletRequest request = post("/webhook/lead", "{}");
    request.setContentType(type);
    HttpServletRequest passed = filter(request);
    assertThat(passed.getContentType()).isEqualTo("application/octet-stream");
    assertThat(passed.getHeader("Content-Type")).isEqualTo(type);
  }

  @Test
  void theQueryCanBeReadDecoded() throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp/meta", "hub.mode=forged&x=1");
    request.setContentType("application/x-www-form-urlencoded");
    request.setParameter("hub.mode", "subscribe", "forged");
    request.setParameter("x", "1");
    request.setQueryString("hub.mode=subscribe&hub.challenge=1%20%2B+%D0%B4&tag=b&tag=a&flag");
    HttpServletRequest passed = filter(request);
    assertThat(passed.getParameter("hub.mode")).isEqualTo("subscribe");
    assertThat(passed.getParameter("hub.challenge")).isEqualTo("1 + д");
    assertThat(passed.getParameterValues("tag")).containsExactly("b", "a");
    assertThat(passed.getParameter("flag")).isEmpty();
    assertThat(passed.getParameter("x")).isNull();
    assertThat(passed.getParameterMap())
        .containsOnlyKeys("hub.mode", "hub.challenge", "tag", "flag");
    assertThat(Collections.list(passed.getParameterNames()))
        .containsExactly("hub.mode", "hub.challenge", "tag", "flag");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/webhook/../api/leads",
        "/webhook//lead",
        "/webhook/./lead",
        "/webhook/%6cead",
        "/webhook/lead;jsessionid=1",
        "/webhook/"
      })
  void aTrickBehindThePrefixIsReadLikeAnyWebhook(String address) throws Exception {
    assertThat(WebhookFilter.askedFor(filter(post(address, "{}")))).isEqualTo(address);
  }

  /** What a server makes of such a path is what it finds a route by. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/%77ebhook/lead", "/webhook;a=b/lead", "//webhook/lead", "/a/../webhook/lead"})
  void aTrickBeforeThePrefixIsReadLikeAnyWebhook(String address) throws Exception {
    MockHttpServletRequest request = post(address, "{}");
    request.setServletPath("/webhook/lead");
    HttpServletRequest passed = filter(request);
    assertThat(WebhookFilter.body(passed)).isEqualTo("{}".getBytes(UTF_8));
  }

  @Test
  void thePathThatOtherFiltersGuardIsNotHidden() throws Exception {
    MockHttpServletRequest request = post("/webhook/../api/leads", "{}");
    request.setServletPath("/api/leads");
    assertThat(filter(request).getServletPath()).isEqualTo("/api/leads");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/leads", "/", "/webhook", "/webhooks/lead", "/health"})
  void whatIsNoWebhookIsLeftAlone(String address) throws Exception {
    camel.stop();
    MockHttpServletRequest request = post(address, "{}");
    assertThat(filter(request)).isSameAs(request);
  }

  @Test
  void aRequestThatDidNotComeThroughHereIsRefused() {
    MockHttpServletRequest request = post("/webhook/lead", "{}");
    assertThatThrownBy(() -> WebhookFilter.body(request))
        .isInstanceOfSatisfying(
            WebhookRefusedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(404));
    assertThatThrownBy(() -> WebhookFilter.askedFor(request))
        .isInstanceOf(WebhookRefusedException.class);
  }

  private void assertIsProblem(String detail) throws IOException {
    assertThat(response.getContentType()).isEqualTo("application/problem+json");
    assertThat(
            new ObjectMapper().readTree(response.getContentAsByteArray()).path("detail").asText())
        .isEqualTo(detail);
  }

  private HttpServletRequest filter(MockHttpServletRequest request) throws Exception {
    return filter("meta", request);
  }

  private HttpServletRequest filter(String provider, MockHttpServletRequest request)
      throws Exception {
    chain.reset();
    new WebhookFilter(camel, NO_ROUTES, TestSettings.of("hub.whatsapp.provider", provider))
        .doFilter(request, response, chain);
    return (HttpServletRequest) chain.getRequest();
  }

  private static MockHttpServletRequest post(String address, String body) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", address);
    request.setServletPath(address);
    request.setContent(body.getBytes(UTF_8));
    return request;
  }

  private static final class Endless extends ServletInputStream {

    private long read;

    @Override
    public int read() {
      read++;
      return 'x';
    }

    @Override
    public int read(byte[] target, int from, int length) {
      Arrays.fill(target, from, from + length, (byte) 'x');
      read += length;
      return length;
    }

    @Override
    public boolean isFinished() {
      return false;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }
}
