package io.leadhub.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.converter.stream.InputStreamCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

  record Lead(long id, String name, Instant at) {}

  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  @Test
  void bytesStayBytes() throws IOException {
    byte[] bytes = {0, -1, (byte) 0xc3, 10};
    assertThat(Payload.of(bytes, json).contentType()).isEqualTo("application/octet-stream");
    assertThat((byte[]) kept(bytes)).containsExactly(bytes);
    assertThat((byte[]) kept(new byte[0])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Здравствуйте 👋\n", "{\"looks\":\"like JSON\"}", "\0"})
  void textStaysText(String text) throws IOException {
    assertThat(Payload.of(text, json).contentType()).isEqualTo("text/plain");
    assertThat(kept(text)).isEqualTo(text);
  }

  @Test
  void aStreamIsReadToItsEnd() throws IOException {
    byte[] bytes = "raw".repeat(10_000).getBytes(UTF_8);
    assertThat((byte[]) kept(new ByteArrayInputStream(bytes))).containsExactly(bytes);
  }

  @Test
  void aCachedStreamIsReadFromItsStartEvenWhenSomebodyReadItBefore() throws IOException {
    InputStreamCache cached = new InputStreamCache("raw".getBytes(UTF_8));
    cached.readAllBytes();
    assertThat((byte[]) kept(cached)).containsExactly("raw".getBytes(UTF_8));
  }

  @Test
  void everythingElseComesBackAsMapsAndLists() throws IOException {
    assertThat(kept(new Lead(42, "Дана", Instant.parse("2026-01-31T12:00:00Z"))))
        .isEqualTo(Map.of("id", 42, "name", "Дана", "at", "2026-01-31T12:00:00Z"));
    assertThat(kept(json.createArrayNode().add(1).add("two"))).isEqualTo(List.of(1, "two"));
    assertThat(kept(Arrays.asList(1, null, 2.5, true)))
        .isEqualTo(Arrays.asList(1, null, 2.5, true));
    assertThat(kept(9_007_199_254_740_993L)).isEqualTo(9_007_199_254_740_993L);
  }

  @Test
  void aFieldWithoutAValueKeepsItsName() throws IOException {
    Map<String, Object> lead = new HashMap<>();
    lead.put("name", null);
    assertThat(kept(lead)).isEqualTo(lead);
  }

  @Test
  void anEventNeedsABody() {
    assertThatThrownBy(() -> Payload.of(null, json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an event needs a body");
  }

  @Test
  void whatJacksonCannotWriteIsRefusedByItsClass() {
    assertThatThrownBy(() -> Payload.of(new Object(), json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a body of java.lang.Object can't be written as JSON");
  }

  @Test
  void aStreamThatBreaksIsRefused() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    assertThatThrownBy(() -> Payload.of(broken, json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the body can't be read");
  }

  private Object kept(Object body) throws IOException {
    return Payload.of(body, json).toBody(json);
  }
}
