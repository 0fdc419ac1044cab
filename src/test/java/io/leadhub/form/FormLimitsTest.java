package io.leadhub.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;

@ExtendWith(OutputCaptureExtension.class)
class FormLimitsTest {

  private final AtomicLong now = new AtomicLong();
  private final FormLimits limits = new FormLimits(new FormSettings(2, 3, List.of("TH")), now::get);
  private final VisitorNumbers visitors = new VisitorNumbers();

  @Test
  void aVisitorMaySendSoManyInAnHour() {
    assertThat(limits.take(1L, "A")).isEmpty();
    passes(Duration.ofMinutes(20));
    assertThat(limits.take(1L, "B")).isEmpty();

    assertThat(limits.take(1L, "C")).contains(Duration.ofMinutes(40));
    assertThat(limits.take(2L, "C")).isEmpty();

    passes(Duration.ofMinutes(41));
    assertThat(limits.take(1L, "C")).isEmpty();
  }

  @Test
  void aPartnersFormMayBeSentSoOftenInAMinuteByWhomever() {
    for (long visitor = 1; visitor <= 3; visitor++) {
      assertThat(limits.take(visitor, "A")).isEmpty();
    }

    assertThat(limits.take(4L, "A")).contains(Duration.ofMinutes(1));
    assertThat(limits.take(4L, "B")).isEmpty();

    passes(Duration.ofSeconds(61));
    assertThat(limits.take(5L, "A")).isEmpty();
  }

  @Test
  void whoCannotBeToldFromOthersIsNotCountedAsOne() {
    assertThat(limits.take(null, "A")).isEmpty();
    assertThat(limits.take(null, "A")).isEmpty();
    assertThat(limits.take(null, "A")).isEmpty();
    assertThat(limits.take(null, "A")).isPresent();
  }

  @Test
  void anAddressIsOneVisitorAndAnIpv6NetworkToo() {
    assertThat(visitor("203.0.113.1")).isEqualTo(visitor("203.0.113.1"));
    assertThat(visitor("203.0.113.1")).isNotEqualTo(visitor("203.0.113.2"));
    assertThat(visitor("2001:db8:1:2::1")).isEqualTo(visitor("2001:db8:1:2:ffff::2"));
    assertThat(visitor("2001:db8:1:2::1")).isNotEqualTo(visitor("2001:db8:1:3::1"));
    assertThat(visitor("unknown")).isEqualTo(visitor("unknown"));
  }

  @Test
  void theNumberOfAVisitorMeansNothingElsewhere() {
    assertThat(visitor("203.0.113.1"))
        .isNotEqualTo(new VisitorNumbers().of(request("203.0.113.1")));
  }

  @Test
  void aProxyOfOursIsNotTakenForOneVisitor() {
    for (String proxy : List.of("127.0.0.1", "10.0.0.7", "192.168.1.1", "::1", "fd00::1")) {
      MockHttpServletRequest request = request(proxy);
      request.addHeader("X-Forwarded-For", "203.0.113.1");
      assertThat(visitors.of(request)).as(proxy).isNull();
      assertThat(visitor(proxy)).as(proxy).isNotNull();
    }
  }

  @Test
  void whoOnlyPretendsToBeAProxyIsStillAVisitor() {
    MockHttpServletRequest request = request("203.0.113.1");
    request.addHeader("X-Forwarded-For", "198.51.100.9");

    assertThat(visitors.of(request)).isEqualTo(visitor("203.0.113.1"));
  }

  @Test
  void aProxyWithAPublicAddressIsNoticedOnce(CapturedOutput log) {
    MockHttpServletRequest behindCloudflare = request("203.0.113.1");
    behindCloudflare.addHeader("CF-Connecting-IP", "198.51.100.9");
    visitors.of(behindCloudflare);
    visitors.of(behindCloudflare);

    assertThat(log.toString())
        .containsOnlyOnce("server.tomcat.remoteip.internal-proxies")
        .contains("server.forward-headers-strategy");
  }

  @Test
  void aProxyThatTheServerHasUnderstoodIsNoCauseForAWarning(CapturedOutput log) {
    MockHttpServletRequest understood = request("2001:db8::1");
    understood.addHeader("CF-Connecting-IP", "2001:DB8:0:0::1");
    visitors.of(understood);
    visitors.of(request("203.0.113.1"));

    assertThat(log.toString()).doesNotContain("internal-proxies");
  }

  private void passes(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private Long visitor(String address) {
    return visitors.of(request(address));
  }

  private static MockHttpServletRequest request(String address) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/form/HOTEL1");
    request.setRemoteAddr(address);
    return request;
  }
}
