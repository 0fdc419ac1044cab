package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.Beside;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every {@code src/test/resources/in/<provider>/NAME.json} (or {@code NAME.form}, a raw form body)
 * is what the provider posts, and {@code NAME.expected.json} what {@code routes/in/<provider>.jq}
 * makes of it ({@code meta.jq} for 360dialog). To add a case, add the two files.
 */
@Beside
class InboundMappingTest {

  private static final Path SAMPLES = Path.of("src/test/resources/in");
  private static final String EXPECTED = ".expected.json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();
  private static final List<String> JUNK =
      List.of("null", "-1.5e300", "\"\"", "\"junk\"", "[null]", "{}");

  private static final CamelContext CAMEL = new DefaultCamelContext();
  private static final Map<String, Expression> MAPPINGS = new HashMap<>();

  @BeforeAll
  static void compileTheMappings() throws IOException {
    CAMEL.start();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("routes/in"), "*.jq")) {
      for (Path file : files) {
        Expression mapping = CAMEL.resolveLanguage("jq").createExpression("resource:file:" + file);
        mapping.init(CAMEL);
        MAPPINGS.put(file.getFileName().toString().replace(".jq", ""), mapping);
      }
    }
    MAPPINGS.put("360dialog", MAPPINGS.get("meta"));
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleGivesExactlyTheElementsBesideIt(Path sample) throws IOException {
    Path expected = expectationOf(sample);
    assertThat(expected).as("what is expected of %s", sample).exists();
    assertThat(text(map(providerOf(sample), SAMPLES.resolve(sample))))
        .as(sample.toString())
        .isEqualTo(text(JSON.readTree(expected.toFile())));
  }

  @Test
  void everyExpectationHasItsSample() throws IOException {
    List<Path> expected = samples().map(InboundMappingTest::expectationOf).toList();
    assertThat(files().filter(file -> file.toString().endsWith(EXPECTED))).isSubsetOf(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"text\"", "42", "[{\"entry\":[]}]"})
  void anEventThatIsNoObjectFailsInWords(String event) {
    assertFails("meta", event, "meta: the event is not a JSON object");
    assertFails("generic", event, "generic: the event is not a JSON object");
    assertFails("twilio", event, "twilio: the event is not an object of parameters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "42", "true"})
  void anEventOfWatiThatIsNoneFailsInWords(String event) {
    assertFails("wati", event, "wati: the event is neither an object nor a list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"entry\":null}", "{\"entry\":{\"0\":{}}}", "{\"entry\":\"\"}"})
  void anEnvelopeWithoutAListOfEntriesFailsInWords(String event) {
    assertFails("meta", event, "meta: entry is not a list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"entry\":[", "entry=1"})
  void aBodyThatIsNoJsonFails(String event) {
    assertThatThrownBy(() -> map("meta", event.getBytes(UTF_8))).isInstanceOf(Exception.class);
  }

  @ParameterizedTest
  @MethodSource("metaSamplesWithMessages")
  void whateverAMessageHoldsItsNeighbourIsNotLost(Path sample) throws IOException {
    JsonNode neighbour = JSON.readTree("{\"id\":\"wamid.NEIGHBOUR\",\"from\":\"15550007777\"}");
    JsonNode event = JSON.readTree(sample.toFile());
    ((ArrayNode) event.at("/entry/0/changes/0/value/messages")).add(neighbour);

    for (JsonNode broken : withJunkAt(event, "/entry/0/changes/0/value/messages/0")) {
      assertThat(map("meta", broken).findValuesAsText("messageId"))
          .as(broken.toString())
          .contains("wamid.NEIGHBOUR");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "contacts"})
  void whateverTheContactsAndTheNumberAreAMessageIsNotLost(String decoration) throws IOException {
    JsonNode event = JSON.readTree(SAMPLES.resolve("meta/phone-and-user-id.json").toFile());
    for (JsonNode broken : withJunkAt(event, "/entry/0/changes/0/value/" + decoration)) {
      assertThat(map("meta", broken).findValuesAsText("messageId"))
          .as(broken.toString())
          .containsExactly("wamid.TEST0001");
    }
  }

  @Test
  void whateverAFieldHoldsItGivesAMessageOrSaysWhyNot() throws IOException {
    JsonNode generic = JSON.readTree(SAMPLES.resolve("generic/everything.json").toFile());
    for (JsonNode broken : withJunkAt(generic, "")) {
      assertThat(map("generic", broken)).as(broken.toString()).hasSize(1);
    }
    JsonNode twilio = JSON.valueToTree(read(SAMPLES.resolve("twilio/image.form")));
    for (JsonNode broken : withJunkAt(twilio, "")) {
      assertThat(map("twilio", broken)).as(broken.toString()).hasSizeLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("watiSamples")
  void whateverAnEventOfWatiHoldsItsNeighbourIsNotLost(Path sample) throws IOException {
    JsonNode neighbour =
        JSON.readTree("{\"eventType\":\"message\",\"id\":\"NEIGHBOUR\",\"waId\":\"15550007777\"}");
    ArrayNode event = JSON.createArrayNode().add(JSON.readTree(sample.toFile())).add(neighbour);

    for (JsonNode broken : withJunkAt(event, "/0")) {
      assertThat(map("wati", broken).findValuesAsText("messageId"))
          .as(broken.toString())
          .contains("NEIGHBOUR");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo-edited-and-revoked",
        "notice-account-restricted",
        "notice-template-paused",
        "errors-with-details",
        "field-user-preferences",
        "status-failed"
      })
  void whateverAnotherChangeHoldsAMessageBesideItIsNotLost(String sample) throws IOException {
    JsonNode event = JSON.readTree(SAMPLES.resolve("meta/" + sample + ".json").toFile());
    JsonNode text = JSON.readTree(SAMPLES.resolve("meta/text.json").toFile());
    ((ArrayNode) event.at("/entry/0/changes")).add(text.at("/entry/0/changes/0"));

    for (JsonNode broken : withJunkAt(event, "/entry/0/changes/0")) {
      assertThat(map("meta", broken).findValuesAsText("messageId"))
          .as(broken.toString())
          .contains("wamid.TEST0001");
    }
  }

  /** The hub adds it, so that two providers can share a mapping. */
  @ParameterizedTest
  @MethodSource("samples")
  void noMappingNamesItsProvider(Path sample) throws IOException {
    assertThat(JSON.readTree(expectationOf(sample).toFile()))
        .allSatisfy(element -> assertThat(element.has("provider")).isFalse());
  }

  @Test
  void oneMappingServesManyThreads() throws IOException {
    byte[] event = Files.readAllBytes(SAMPLES.resolve("meta/batch.json"));
    JsonNode expected = map("meta", event);
    assertThat(IntStream.range(0, 100).parallel().mapToObj(i -> map("meta", event)))
        .allMatch(expected::equals);
  }

  static Stream<Path> samples() throws IOException {
    return files().filter(file -> !file.toString().endsWith(EXPECTED)).map(SAMPLES::relativize);
  }

  static Stream<Path> metaSamplesWithMessages() throws IOException {
    return files()
        .filter(file -> file.startsWith(SAMPLES.resolve("meta")))
        .filter(file -> !file.toString().endsWith(EXPECTED))
        .filter(InboundMappingTest::hasMessages);
  }

  static Stream<Path> watiSamples() {
    return Stream.of(
            "text",
            "image",
            "list",
            "ad",
            "reaction",
            "answer-in-the-inbox",
            "status-failed-template",
            "template-approved")
        .map(name -> SAMPLES.resolve("wati/" + name + ".json"));
  }

  private static boolean hasMessages(Path sample) {
    try {
      JsonNode change = JSON.readTree(sample.toFile()).at("/entry/0/changes/0");
      return change.path("field").asText().equals("messages")
          && change.at("/value/messages/0").isObject();
    } catch (IOException e) {
      throw new AssertionError(sample.toString(), e);
    }
  }

  private static Stream<Path> files() throws IOException {
    try (Stream<Path> tree = Files.walk(SAMPLES)) {
      return tree.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  private static Path expectationOf(Path sample) {
    String name = sample.getFileName().toString();
    return SAMPLES
        .resolve(sample)
        .resolveSibling(name.substring(0, name.lastIndexOf('.')) + EXPECTED);
  }

  private static String providerOf(Path sample) {
    return sample.getName(0).toString();
  }

  private static JsonNode map(String provider, Path sample) throws IOException {
    return map(provider, read(sample));
  }

  /** A form without the newline that ends the file. */
  private static Object read(Path sample) throws IOException {
    return sample.toString().endsWith(".form")
        ? FormBody.toMap(Files.readString(sample).stripTrailing().getBytes(UTF_8))
        : Files.readAllBytes(sample);
  }

  private static JsonNode map(String provider, Object body) {
    DefaultExchange exchange = new DefaultExchange(CAMEL);
    exchange.getMessage().setBody(body);
    return MAPPINGS.get(provider).evaluate(exchange, JsonNode.class);
  }

  private static void assertFails(String provider, String event, String why) {
    assertThatThrownBy(() -> map(provider, event.getBytes(UTF_8))).hasStackTraceContaining(why);
  }

  /** The event many times over, each time with one junk value at or below the pointer. */
  private static List<JsonNode> withJunkAt(JsonNode event, String pointer) throws IOException {
    List<JsonPointer> places = new ArrayList<>();
    addPlaces(event.at(pointer), JsonPointer.compile(pointer), places);
    List<JsonNode> broken = new ArrayList<>();
    for (JsonPointer place : places) {
      for (String junk : JUNK) {
        JsonNode copy = event.deepCopy();
        JsonNode parent = copy.at(place.head());
        if (parent instanceof ObjectNode object) {
          object.set(place.last().getMatchingProperty(), JSON.readTree(junk));
        } else {
          ((ArrayNode) parent).set(place.last().getMatchingIndex(), JSON.readTree(junk));
        }
        broken.add(copy);
      }
    }
    return broken;
  }

  private static void addPlaces(JsonNode node, JsonPointer place, List<JsonPointer> places) {
    if (!place.matches() && !node.isMissingNode()) {
      places.add(place);
    }
    if (node instanceof ContainerNode<?>) {
      node.fieldNames()
          .forEachRemaining(name -> addPlaces(node.get(name), place.appendProperty(name), places));
      if (node.isArray()) {
        for (int i = 0; i < node.size(); i++) {
          addPlaces(node.get(i), place.appendIndex(i), places);
        }
      }
    }
  }

  /** The order of fields means nothing, so all texts have the same. */
  private static String text(JsonNode json) throws IOException {
    return JSON.writeValueAsString(json);
  }
}
