package io.leadhub.sandbox;

import io.leadhub.HubSettings;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.FileSystemResource;

/** The settings that application.yaml and the sandbox make of what the user's shell exports. */
final class DemoSettings {

  private DemoSettings() {}

  /** Settings of the demo profile. */
  static HubSettings of(String... exported) {
    return bind(environment("demo", exported));
  }

  static HubSettings bind(StandardEnvironment environment) {
    return Binder.get(environment).bind("hub", HubSettings.class).get();
  }

  /**
   * @param exported names and values in turn
   */
  static StandardEnvironment environment(String profile, String... exported) {
    Map<String, Object> shell = new LinkedHashMap<>();
    for (int i = 0; i < exported.length; i += 2) {
      shell.put(exported[i], exported[i + 1]);
    }
    StandardEnvironment environment = new StandardEnvironment();
    environment.setConversionService(new ApplicationConversionService());
    environment.setActiveProfiles(profile);
    var sources = environment.getPropertySources();
    sources.forEach(machine -> sources.remove(machine.getName())); // tests know their own only
    sources.addLast(new SystemEnvironmentPropertySource("systemEnvironment", shell));
    try {
      new YamlPropertySourceLoader()
          .load("application.yaml", new FileSystemResource("application.yaml"))
          .forEach(sources::addLast);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    new SandboxEnvironment().postProcessEnvironment(environment, new SpringApplication());
    return environment;
  }
}
