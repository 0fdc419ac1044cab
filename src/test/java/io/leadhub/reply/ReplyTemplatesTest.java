package io.leadhub.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;

class ReplyTemplatesTest {

  private static final String GREETING =
      """
      - language: en
        name: lead_greeting
        code: en_US
        body: "Hello {{1}}, your request is number {{2}}."
        variables: [ name|guest, id ]
      """;

  @Test
  void itIsFilledWithTheLeadsValuesInTheOrderOfItsNumbers() {
    Map<String, Object> filled = templates(GREETING).of("en", Map.of("id", 42, "name", "Dana"));

    assertThat(filled)
        .containsEntry("name", "lead_greeting")
        .containsEntry("language", "en_US")
        .containsEntry("named", false)
        .containsEntry("text", "Hello Dana, your request is number 42.")
        .containsEntry(
            "variables",
            List.of(Map.of("name", "1", "value", "Dana"), Map.of("name", "2", "value", "42")));
  }

  @Test
  void anUnknownValueIsReplacedAndLineBreaksNeverReachWhatsApp() {
    Map<String, Object> lead = new HashMap<>(Map.of("id", 42));

    assertThat(templates(GREETING).of("en", lead).get("text").toString())
        .startsWith("Hello guest,");
    lead.put("name", "Dana\n\tLevi      $1");
    assertThat(templates(GREETING).of("en", lead).get("text").toString())
        .startsWith("Hello Dana Levi $1,");
  }

  @Test
  void variablesMayHaveNames() {
    ReplyTemplates templates =
        templates(
            """
            - language: ru
              name: greeting
              body: "{{customer}}, заявка {{number}}"
              variables: [ number=id, customer=name ]
              header: { type: image, url: "https://example.com/a.png" }
            """);

    Map<String, Object> filled = templates.of("ru", Map.of("id", 7, "name", "Дана"));
    assertThat(filled)
        .containsEntry("named", true)
        .containsEntry("language", "ru")
        .containsEntry("header", Map.of("type", "image", "url", "https://example.com/a.png"))
        .containsEntry("text", "Дана, заявка 7");
    assertThat(filled.get("variables").toString()).startsWith("[{").contains("customer");
  }

  @Test
  void aLanguageWithoutOneHasNone() {
    assertThat(templates(GREETING).of("th", Map.of("id", 42))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          language: en           | language: de          | hub.reply.templates[0].language | line 3
          name: lead_greeting    | name: Lead Greeting   | hub.reply.templates[0].name     | line 4
          code: en_US            | code: english         | hub.reply.templates[0].code     | line 5
          number {{2}}.          | number {{3}}.         | hub.reply.templates[0].body     | line 6
          number {{2}}.          | number {{id}}.        | hub.reply.templates[0].body     | line 6
          number {{2}}.          | number.               | hub.reply.templates[0].variables | line 7
          name/guest, id         | name                  | hub.reply.templates[0].variables | line 7
          name/guest, id         | name, number          | hub.reply.templates[0].variables | line 7
          variables:             | content-sid: HX12%variables: | hub.reply.templates[0].content-sid | line 7
          variables:             | header: { type: gif, url: x }%variables: | hub.reply.templates[0].header | line 7
          """)
  void aMistakeStopsTheStartAndItsFileAndLineAreNamed(
      String right, String wrong, String key, String line) {
    String broken = GREETING.replace(right.replace('/', '|'), wrong.replace("%", "\n  "));
    assertThat(broken).isNotEqualTo(GREETING);

    assertThatThrownBy(() -> templates(broken))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(key + " (application.yaml, " + line + "): ");
  }

  @Test
  void aLanguageHasOneTemplate() {
    assertThatThrownBy(() -> templates(GREETING + GREETING))
        .hasMessageStartingWith("hub.reply.templates[1].language (application.yaml, line 8)");
  }

  @Test
  void whereTwilioSendsItsSidIsNeeded() {
    assertThatThrownBy(() -> templates(GREETING, Map.of("hub.destination.twilio", true)))
        .hasMessageContaining("no content-sid");
    assertThat(
            templates(GREETING, Map.of("hub.destination.twilio", true, "hub.sandbox.twilio", true))
                .of("en", Map.of("id", 1)))
        .isNotNull();
  }

  private static ReplyTemplates templates(String yaml) {
    return templates(yaml, Map.of());
  }

  private static ReplyTemplates templates(String yaml, Map<String, Object> switches) {
    String document = "hub.reply:\n  templates:\n" + yaml.indent(4);
    StandardEnvironment environment = new StandardEnvironment();
    environment.setConversionService(new ApplicationConversionService());
    var sources = environment.getPropertySources();
    sources.forEach(machine -> sources.remove(machine.getName()));
    sources.addLast(new MapPropertySource("switches", switches));
    try {
      new YamlPropertySourceLoader().load("test", new Named(document)).forEach(sources::addLast);
      new YamlPropertySourceLoader()
          .load("application.yaml", new FileSystemResource("application.yaml"))
          .forEach(sources::addLast);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new ReplyTemplates(
        Binder.get(environment).bind("hub", HubSettings.class).get(), environment);
  }

  private static final class Named extends ByteArrayResource {

    Named(String document) {
      super(document.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String getFilename() {
      return "application.yaml";
    }
  }
}
