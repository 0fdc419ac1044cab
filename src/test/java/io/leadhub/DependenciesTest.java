package io.leadhub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Camel comes in many small parts; each one in pom.xml is there because something uses it. */
class DependenciesTest {

  private static final Pattern STARTER =
      Pattern.compile("<artifactId>camel-([a-z-]+?)-starter</artifactId>");

  /** How routes use what is no component named in a {@code uri}. */
  private static final Map<String, String> BY_OTHER_NAMES =
      Map.of(
          "spring-boot", "(?m)^import org\\.apache\\.camel\\.",
          "yaml-dsl", "(?m)^- route:",
          "jackson", "(?m)^ +library: Jackson",
          "jq", "(?m)^ +jq:",
          "bean", "(?m)^ +(- bean|method):");

  @ParameterizedTest
  @MethodSource("starters")
  void everyPartOfCamelIsUsed(String part) {
    String component = "(?m)^ +uri: \"?" + part + ":";
    assertThat(routesAndCode())
        .as("camel-%s-starter in pom.xml is used by no route and by no class", part)
        .containsPattern(BY_OTHER_NAMES.getOrDefault(part, component));
  }

  @Test
  void thePartsAreFound() {
    assertThat(starters()).hasSizeGreaterThan(10).contains("platform-http", "telegram");
  }

  static List<String> starters() {
    return STARTER
        .matcher(read(Path.of("pom.xml")))
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  private static String routesAndCode() {
    return Stream.of("routes", "src/main/java")
        .flatMap(DependenciesTest::files)
        .map(DependenciesTest::read)
        .collect(Collectors.joining("\n"));
  }

  private static Stream<Path> files(String root) {
    try (Stream<Path> tree = Files.walk(Path.of(root))) {
      return tree.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
