package io.leadhub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** What Camel does not ask of the files under {@code routes}, and a reader of them relies on. */
class RoutesTest {

  private static final Path ROUTES = Path.of("routes");
  private static final List<String> LANGUAGES = List.of("ru", "en", "th");

  /** Lines that a file may have; a few tell one story that would not get clearer in two files. */
  private static final int USUAL_LENGTH = 120;

  private static final Map<String, Integer> LONGER =
      Map.of(
          "lead.camel.yaml", 180, // one transaction, whose SQL integrators extend
          "report.camel.yaml", 150, // from the hour to the published report
          "in/meta.jq", 330, // every kind of message, status, change and notice that Meta knows
          "in/twilio.jq", 160, // messages and statuses come to one address
          "in/wati.jq", 180); // messages, statuses and answers come to one address

  private static final Pattern RESOURCE =
      Pattern.compile("(?:resource:file:|freemarker:)(routes/[^\\s?\"']+)");

  /** What templates share. */
  private static final Pattern IMPORT = Pattern.compile("<#import \"([^\"]+)\"");

  private final Map<Path, Object> files = load();
  private final List<Map<?, ?>> routes = all("route");

  @ParameterizedTest
  @MethodSource("yamlFiles")
  void camelsOwnSchemaIsKept(Path file) {
    assertThat(Schema.OF_CAMEL.validate(new ObjectMapper().valueToTree(files.get(file))))
        .as(file.toString())
        .filteredOn(complaint -> !isAboutAPlaceholder(complaint))
        .isEmpty();
  }

  /** The schema does not know that {{…}} may stand for a boolean. */
  private static boolean isAboutAPlaceholder(ValidationMessage complaint) {
    return complaint.getType().equals("type")
        && complaint.getInstanceNode().asText().matches("\\{\\{[^{}]+}}");
  }

  @Test
  void everyRouteHasAnIdOfItsOwn() {
    assertThat(routes).isNotEmpty();
    assertThat(routes.stream().map(route -> route.get("id")))
        .doesNotContainNull()
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat((String) id).matches("[a-z0-9]+(-[a-z0-9]+)*"));
  }

  @Test
  void everyRouteSaysInASentenceWhatItDoes() {
    assertThat(Stream.concat(routes.stream(), all("routeConfiguration").stream()))
        .allSatisfy(
            route ->
                assertThat((String) route.get("description"))
                    .as("description of %s", route.get("id"))
                    .matches("(?s)[A-Z0-9].*[a-z0-9]\\."));
  }

  @Test
  void everyDirectCallEndsInOneRoute() {
    List<String> starts = fromUris().filter(uri -> uri.startsWith("direct:")).toList();
    assertThat(starts).doesNotHaveDuplicates();
    List<String> calls =
        Stream.concat(calls(), callsOfJava()).filter(uri -> uri.startsWith("direct:")).toList();
    assertThat(calls).allMatch(call -> starts.stream().anyMatch(start -> mayReach(call, start)));
    assertThat(starts).allMatch(start -> calls.stream().anyMatch(call -> mayReach(call, start)));
  }

  /** What is only known when it is called may be anything: direct:post-${variable.provider}. */
  private static boolean mayReach(String call, String start) {
    return start.matches(Pattern.quote(call).replaceAll("\\$\\{[^}]*}", "\\\\E[a-z0-9-]+\\\\Q"));
  }

  /** Where routes send to, and where they look for what they may have sent before. */
  private Stream<String> calls() {
    return Stream.concat(
        uris("to", "toD"),
        routes.stream()
            .map(route -> (String) parameters(route).get("reconcile"))
            .filter(uri -> uri != null));
  }

  /** The API hands over to routes, too. */
  private static Stream<String> callsOfJava() {
    Pattern call = Pattern.compile("\"(direct:[a-z0-9-]+)\"");
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/leadhub/web"))) {
      List<String> calls = new ArrayList<>();
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        call.matcher(Files.readString(source)).results().forEach(one -> calls.add(one.group(1)));
      }
      return calls.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDirectRouteIsCalledByItsId() {
    assertThat(routes)
        .filteredOn(route -> fromUri(route).startsWith("direct:"))
        .isNotEmpty()
        .allSatisfy(route -> assertThat(fromUri(route)).isEqualTo("direct:" + route.get("id")));
  }

  @Test
  void everyRouteConfigurationThatIsNamedExists() {
    List<Object> named =
        routes.stream()
            .map(route -> (Object) route.get("routeConfigurationId"))
            .filter(id -> id != null)
            .toList();
    assertThat(named).isNotEmpty();
    assertThat(named)
        .isSubsetOf(all("routeConfiguration").stream().map(one -> one.get("id")).toList());
  }

  @Test
  void everyConsumerOfATopicHasANameOfItsOwn() {
    List<String> subscriptions =
        routes.stream()
            .filter(route -> fromUri(route).startsWith("durable:"))
            .map(route -> fromUri(route) + " by " + parameters(route).get("subscriber"))
            .toList();
    assertThat(subscriptions).isNotEmpty().doesNotHaveDuplicates();
    assertThat(subscriptions).noneMatch(subscription -> subscription.endsWith(" by null"));
  }

  @Test
  void whateverIsPublishedHasASubscriber() {
    List<String> subscribed = fromUris().toList();
    assertThat(uris("to", "toD").filter(uri -> uri.startsWith("durable:")))
        .isNotEmpty()
        .allMatch(
            topic ->
                topic.matches("durable:send(.webhook)?") // with a suffix: a topic for each of many
                    ? subscribed.stream().anyMatch(name -> name.matches(topic + "[.{].+"))
                    : subscribed.contains(topic));
  }

  @Test
  void everyErrorTableThatIsNamedExists() {
    List<String> tables = new ArrayList<>();
    everywhere(
        (key, value) -> {
          if (key.equals("beans")) {
            ((List<?>) value).forEach(bean -> tables.add("#" + ((Map<?, ?>) bean).get("name")));
          }
        });
    List<String> named =
        routes.stream()
            .filter(route -> parameters(route).containsKey("errors"))
            .map(route -> (String) parameters(route).get("errors"))
            .toList();
    assertThat(named).isNotEmpty().isSubsetOf(tables);
  }

  @Test
  void noAddressHasAQueryBesideItsParameters() {
    everywhere(
        (key, value) -> {
          if (value instanceof Map<?, ?> step && step.get("uri") instanceof String uri) {
            assertThat(step.containsKey("parameters") && uri.contains("?")).as(uri).isFalse();
          }
        });
  }

  @Test
  void everyTemplateAndMappingThatIsNamedExists() throws IOException {
    List<Path> named = new ArrayList<>();
    for (Path file : yamlFiles().toList()) {
      Matcher resource = RESOURCE.matcher(Files.readString(file));
      while (resource.find()) {
        String name = resource.group(1);
        if (name.contains("${variable.language}")) {
          LANGUAGES.forEach(
              language -> named.add(Path.of(name.replace("${variable.language}", language))));
        } else {
          named.add(Path.of(name));
        }
      }
    }
    for (Path template : List.copyOf(named)) {
      Matcher imported = IMPORT.matcher(Files.readString(template));
      while (imported.find()) {
        named.add(template.resolveSibling(imported.group(1)));
      }
    }
    assertThat(named).isNotEmpty().allSatisfy(path -> assertThat(path).isRegularFile());
    assertThat(named).containsAll(list().filter(RoutesTest::isResource).toList());
  }

  @Test
  void everyTextForPeopleExistsInEveryLanguage() {
    List<String> texts =
        list()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.matches(".*\\.ftlh?"))
            .toList();
    assertThat(texts)
        .isNotEmpty()
        .allSatisfy(
            name -> {
              String[] parts = name.split("\\.");
              assertThat(parts).as(name).hasSize(3);
              assertThat(LANGUAGES).contains(parts[1]);
              assertThat(texts)
                  .containsAll(
                      LANGUAGES.stream()
                          .map(language -> parts[0] + "." + language + "." + parts[2])
                          .toList());
            });
  }

  @Test
  void noRouteHoldsAScript() {
    everywhere(
        (key, value) ->
            assertThat(key)
                .isNotIn(
                    "groovy",
                    "js",
                    "javascript",
                    "joor",
                    "java",
                    "python",
                    "mvel",
                    "ognl",
                    "spel",
                    "script",
                    "kotlin",
                    "csimple"));
  }

  @Test
  void everyFileIsShortEnoughToBeRead() throws IOException {
    for (Path file : list().toList()) {
      String name = ROUTES.relativize(file).toString();
      assertThat(Files.readAllLines(file).size())
          .as("lines of " + file)
          .isLessThanOrEqualTo(LONGER.getOrDefault(name, USUAL_LENGTH));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lead.camel.yaml",
        "report.camel.yaml",
        "in/meta.jq",
        "in/twilio.jq",
        "in/wati.jq"
      })
  void onlyALongFileIsListedAsOne(String name) throws IOException {
    assertThat(LONGER).hasSize(5).containsKey(name);
    assertThat(Files.readAllLines(ROUTES.resolve(name)).size()).isGreaterThan(USUAL_LENGTH);
  }

  static Stream<Path> yamlFiles() {
    return list().filter(file -> file.toString().endsWith(".camel.yaml"));
  }

  private static boolean isResource(Path file) {
    return !file.toString().endsWith(".yaml");
  }

  private static Stream<Path> list() {
    try (Stream<Path> tree = Files.walk(ROUTES)) {
      return tree.filter(Files::isRegularFile).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key written twice fails here: Camel takes the last one in silence. */
  private static Map<Path, Object> load() {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    Map<Path, Object> loaded = new TreeMap<>();
    yamlFiles()
        .forEach(
            file -> {
              try (InputStream in = Files.newInputStream(file)) {
                loaded.put(file, new Yaml(strict).load(in));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return loaded;
  }

  private List<Map<?, ?>> all(String kind) {
    List<Map<?, ?>> found = new ArrayList<>();
    everywhere(
        (key, value) -> {
          if (key.equals(kind)) {
            found.add((Map<?, ?>) value);
          }
        });
    return found;
  }

  private Stream<String> fromUris() {
    return routes.stream().map(RoutesTest::fromUri);
  }

  private static String fromUri(Map<?, ?> route) {
    return (String) ((Map<?, ?>) route.get("from")).get("uri");
  }

  private static Map<?, ?> parameters(Map<?, ?> route) {
    Object parameters = ((Map<?, ?>) route.get("from")).get("parameters");
    return parameters == null ? Map.of() : (Map<?, ?>) parameters;
  }

  private Stream<String> uris(String... steps) {
    List<String> uris = new ArrayList<>();
    everywhere(
        (key, value) -> {
          if (List.of(steps).contains(key)) {
            uris.add((String) ((Map<?, ?>) value).get("uri"));
          }
        });
    return uris.stream();
  }

  private void everywhere(BiConsumer<String, Object> visitor) {
    files.values().forEach(file -> visit(file, visitor));
  }

  private static void visit(Object node, BiConsumer<String, Object> visitor) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            visitor.accept(key.toString(), value);
            visit(value, visitor);
          });
    } else if (node instanceof List<?> list) {
      list.forEach(item -> visit(item, visitor));
    }
  }

  /** Takes seconds to read, so it is read once. */
  private static final class Schema {

    static final JsonSchema OF_CAMEL =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json"));
  }
}
