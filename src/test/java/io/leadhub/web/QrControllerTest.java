package io.leadhub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.click.ClickDesk;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.server.ResponseStatusException;

/** Drawing takes memory and time, so only a few pictures are drawn at once. */
class QrControllerTest {

  private final CodeExtractor codes = mock(CodeExtractor.class);
  private final ClickDesk desk = mock(ClickDesk.class);
  private final Semaphore turns = new Semaphore(1);
  private final QrController controller =
      new QrController(codes, desk, mock(ProducerTemplate.class), turns, Duration.ofMillis(20));
  private final MockHttpServletRequest request = new MockHttpServletRequest();

  @BeforeEach
  void thereIsAHotel() {
    when(codes.resolve("HOTEL1"))
        .thenReturn(Optional.of(new Entry(7, "HOTEL1", "Grand Hotel", "en", null)));
    when(desk.link(any(), any())).thenReturn("https://leads.example.com/w/HOTEL1");
  }

  @Test
  void whoFindsAllTurnsTakenIsToldToComeAgain() {
    turns.acquireUninterruptibly();

    var png = controller.png("HOTEL1", null, 300, request);
    var svg = controller.svg("HOTEL1", null, request);

    assertThat(png.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertThat(png.getHeaders().getFirst("Retry-After")).isEqualTo("1");
    assertThat(svg.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    turns.release();
    assertThat(controller.png("HOTEL1", null, 300, request).getStatusCode())
        .isEqualTo(HttpStatus.OK);
  }

  @Test
  void aTurnIsGivenBackAlsoWhenNothingCouldBeDrawn() {
    when(desk.link("HOTEL1", "?")).thenThrow(new IllegalArgumentException("placement may have …"));

    assertThatThrownBy(() -> controller.svg("HOTEL1", "?", request))
        .isInstanceOf(ResponseStatusException.class);
    controller.svg("HOTEL1", null, request);

    assertThat(turns.availablePermits()).isEqualTo(1);
  }

  @Test
  void aPictureThatIsTooLargeOrTooSmallIsRefused() {
    for (int size : new int[] {119, 1_025}) {
      assertThatThrownBy(() -> controller.png("HOTEL1", null, size, request))
          .isInstanceOf(ResponseStatusException.class)
          .hasMessageContaining("120 to 1024");
    }
  }
}
