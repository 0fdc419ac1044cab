package io.leadhub;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

/** The settings of application.yaml, with a few set by the test and none by the machine. */
public final class TestSettings {

  private TestSettings() {}

  /**
   * @param namesAndValues in turn, such as {@code "hub.meta.app-secret", "s3cret"}
   */
  public static HubSettings of(String... namesAndValues) {
    return Binder.get(environment(namesAndValues)).bind("hub", HubSettings.class).get();
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
      new YamlPropertySourceLoader()
          .load("application.yaml", new FileSystemResource("application.yaml"))
          .forEach(sources::addLast);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return environment;
  }
}
