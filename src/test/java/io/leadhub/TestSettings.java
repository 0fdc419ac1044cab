package io.leadhub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

/** The settings of application.yaml, with a few set by the test and none by the machine. */
public final class TestSettings {

  /** What application.yaml imports comes before it. */
  private static final List<String> FILES =
      List.of("routes/attribution.yaml", "routes/codes.yaml", "application.yaml");

  private TestSettings() {}

  /**
   * @param namesAndValues in turn, such as {@code "hub.meta.app-secret", "s3cret"}
   */
  public static HubSettings of(String... namesAndValues) {
    return of(HubSettings.class, namesAndValues);
  }

  /** The settings of a feature that has a record of its own. */
  public static <T> T of(Class<T> settings, String... namesAndValues) {
    String prefix = settings.getAnnotation(ConfigurationProperties.class).value();
    return Binder.get(environment(namesAndValues)).bindOrCreate(prefix, settings);
  }

  /** The same before it is bound. */
  public static StandardEnvironment environment(String... namesAndValues) {
    Map<String, Object> own = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      own.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    StandardEnvironment environment = new StandardEnvironment();
    environment.setConversionService(new ApplicationConversionService());
    var sources = environment.getPropertySources();
    sources.forEach(machine -> sources.remove(machine.getName()));
    sources.addLast(new MapPropertySource("test", own));
    try {
      for (String file : FILES) {
        if (Files.exists(Path.of(file))) {
          new YamlPropertySourceLoader()
              .load(file, new FileSystemResource(file))
              .forEach(sources::addLast);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return environment;
  }
}
