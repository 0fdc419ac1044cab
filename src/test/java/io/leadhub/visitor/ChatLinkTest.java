package io.leadhub.visitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChatLinkTest {

  private final ChatLink chat = new ChatLink(TestSettings.of("hub.whatsapp.number", "15550001111"));

  @Test
  void theTextIsEncodedAsWhatsAppReadsIt() {
    assertThat(chat.to("Hi, I'm Dana & I saw #R7M2QX9H+\nКод\n"))
        .isEqualTo(
            "https://wa.me/15550001111?text=Hi%2C%20I%27m%20Dana%20%26%20I%20saw%20%23R7M2QX9H%2B%0A%D0%9A%D0%BE%D0%B4");
  }

  @Test
  void aLongTextIsCutBetweenCharactersSoThatTheAddressFits() {
    String address = chat.to("🛵".repeat(2_000));

    assertThat(address.length()).isBetween(5_900, 6_000);
    assertThat(URLDecoder.decode(address, StandardCharsets.UTF_8)).endsWith("🛵");
  }
}
