package io.leadhub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** docs/configuration.md, application.yaml and the settings' records tell of the same keys. */
class ConfigurationDocTest {

  private static final String COMPUTED = "hub.destination.";

  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| `(hub\\.[^`]+)` \\|(?: *(?:`([^`]*)`)? *\\| *(?:`([^`]*)`)? *\\|)?");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(?::(.*))?}");

  private static final Pattern SWITCH = Pattern.compile("\\{\\{(hub\\.destination\\.[a-z0-9-]+)}}");

  /** A row of the tables: what its second and third columns hold, or null. */
  private record Row(String environment, String standard) {}

  private final String document = Files.readString(Path.of("docs/configuration.md"));
  private final Map<String, Row> documented = rows(document);
  private final Set<String> settings = new TreeSet<>();
  private final Map<String, String> configured = applicationYaml("hub.");

  ConfigurationDocTest() throws IOException {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    for (BeanDefinition found : scanner.findCandidateComponents("io.leadhub")) {
      Class<?> type = ClassUtils.resolveClassName(found.getBeanClassName(), null);
      collect(type.getAnnotation(ConfigurationProperties.class).value(), type);
    }
  }

  @Test
  void everySettingIsDocumentedAndNothingElse() {
    Set<String> keys =
        documented.keySet().stream()
            .filter(key -> !key.startsWith(COMPUTED))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(keys).isEqualTo(settings);
  }

  @Test
  void applicationYamlSetsOnlyWhatExists() {
    Set<String> known = new TreeSet<>(settings);
    settings.forEach(key -> known.add(key.replaceAll("\\[].*", "")));
    assertThat(known)
        .containsAll(
            configured.keySet().stream().map(key -> key.replaceAll("\\[\\d+]", "[]")).toList());
  }

  /** Not those of an integrator's own providers and destinations, which have trees of their own. */
  @Test
  void everyVariableOfApplicationYamlIsDocumented() throws IOException {
    Set<String> variables =
        matches(
            "\\$\\{([A-Z][A-Z0-9_]*)",
            configured.values().toString() + applicationYaml("server.").values());
    assertThat(variables).isNotEmpty();
    assertThat(matches("`([A-Z][A-Z0-9_]*)`", document)).containsAll(variables);
  }

  @Test
  void variablesAndDefaultsAreThoseOfApplicationYaml() {
    configured.forEach(
        (key, value) -> {
          if (!documented.containsKey(key)) {
            return; // a list, documented by its elements
          }
          Matcher placeholder = PLACEHOLDER.matcher(value);
          boolean fromEnvironment = placeholder.matches();
          String standard = fromEnvironment ? placeholder.group(2) : value;
          assertThat(documented.get(key))
              .as(key)
              .isEqualTo(
                  new Row(
                      fromEnvironment ? placeholder.group(1) : null,
                      standard.isEmpty() ? null : standard));
        });
  }

  @Test
  void everySwitchThatRoutesReadIsDocumented() throws IOException {
    StringBuilder routes = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".camel.yaml")).toList()) {
        routes.append(Files.readString(file));
      }
    }
    Set<String> switches = matches(SWITCH.pattern(), routes.toString());
    configured.forEach(
        (key, value) -> {
          if (key.matches("hub\\.destinations\\[\\d+]\\.name")) {
            switches.remove(COMPUTED + value);
          }
        });
    assertThat(documented.keySet().stream().filter(key -> key.startsWith(COMPUTED)))
        .containsExactlyInAnyOrderElementsOf(switches);
  }

  private void collect(String key, Type type) {
    if (type instanceof Class<?> record && record.isRecord()) {
      for (RecordComponent component : record.getRecordComponents()) {
        String name = kebabCase(component.getName());
        collect(key + "." + name, component.getGenericType());
      }
    } else if (type instanceof ParameterizedType list) {
      collect(key + "[]", list.getActualTypeArguments()[0]);
    } else {
      settings.add(key);
    }
  }

  private static String kebabCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase();
  }

  private static Map<String, Row> rows(String document) {
    Map<String, Row> rows = new TreeMap<>();
    for (MatchResult row : ROW.matcher(document).results().toList()) {
      assertThat(rows.put(row.group(1), new Row(row.group(2), row.group(3))))
          .as(row.group(1) + " is documented once")
          .isNull();
    }
    return rows;
  }

  private static Map<String, String> applicationYaml(String start) throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    for (PropertySource<?> source :
        new YamlPropertySourceLoader()
            .load("application.yaml", new FileSystemResource("application.yaml"))) {
      EnumerablePropertySource<?> yaml = (EnumerablePropertySource<?>) source;
      Arrays.stream(yaml.getPropertyNames())
          .filter(key -> key.startsWith(start))
          .forEach(key -> keys.put(key, String.valueOf(yaml.getProperty(key))));
    }
    return keys;
  }

  private static Set<String> matches(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
