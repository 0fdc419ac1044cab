package io.leadhub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages point one way, see package-info.java of each. */
class PackagesTest {

  private static final Path SOURCES = Path.of("src/main/java/io/leadhub");

  /** An import or a name written out; group 1 is the package, or missing for the root. */
  private static final Pattern MENTION =
      Pattern.compile("\\bio\\.leadhub\\.(?:([a-z]+)\\.)?[A-Z]\\w*");

  /** For each package the others that it knows; the root is {@code ""}. */
  private static final Map<String, Set<String>> KNOWN = new HashMap<>();

  @BeforeAll
  static void readTheSources() throws IOException {
    try (Stream<Path> tree = Files.walk(SOURCES)) {
      for (Path file : tree.filter(path -> path.toString().endsWith(".java")).toList()) {
        String own = SOURCES.relativize(file.getParent()).toString();
        Set<String> known = KNOWN.computeIfAbsent(own, any -> new TreeSet<>());
        MENTION
            .matcher(Files.readString(file))
            .results()
            .map(mention -> mention.group(1) == null ? "" : mention.group(1))
            .filter(other -> !other.equals(own))
            .forEach(known::add);
      }
    }
  }

  @Test
  void theSourcesAreFound() {
    assertThat(KNOWN).containsKeys("", "durable", "inbound", "lead", "outbound", "web");
    assertThat(KNOWN.get("lead")).contains("", "attribution", "durable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"durable", "signature"})
  void aFoundationKnowsNothingOfTheHub(String name) {
    assertThat(KNOWN.get(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"web", "sandbox"})
  void whatOnlyLooksInIsKnownByNobody(String name) {
    assertThat(KNOWN)
        .allSatisfy((other, known) -> assertThat(known).as(other).doesNotContain(name));
  }

  @Test
  void inAndOutMeetInTopicsOnly() {
    assertThat(KNOWN.get("inbound")).doesNotContain("outbound");
    assertThat(KNOWN.get("outbound")).doesNotContain("inbound");
  }

  @Test
  void noTwoPackagesKnowEachOther() {
    KNOWN.forEach(
        (name, known) ->
            known.forEach(
                other ->
                    assertThat(KNOWN.getOrDefault(other, Set.of()))
                        .as("%s knows %s", name, other)
                        .doesNotContain(name)));
  }
}
