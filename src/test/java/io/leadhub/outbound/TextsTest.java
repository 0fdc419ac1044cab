package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import freemarker.template.Configuration;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The texts that partners and customers read, as files that people edit while the hub runs. */
class TextsTest {

  private final Configuration texts = new DestinationClients().hubFreemarker();

  TextsTest() throws IOException {}

  @Test
  void anEditedTextIsUsedWithoutARestartAndAnUneditedOneIsParsedOnce() throws Exception {
    Path file = Path.of("target", "edited.ftl");
    Files.writeString(file, "Hello ${name}");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    assertThat(words(file)).isEqualTo("Hello Dana");
    assertThat(texts.getTemplate(file.toString())).isSameAs(texts.getTemplate(file.toString()));

    Files.writeString(file, "Welcome ${name}");

    await().until(() -> words(file).equals("Welcome Dana"));
  }

  private String words(Path file) throws Exception {
    StringWriter words = new StringWriter();
    texts.getTemplate(file.toString()).process(Map.of("name", "Dana"), words);
    return words.toString();
  }
}
