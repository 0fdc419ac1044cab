package io.leadhub;

import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.Environment;

/** A setting that cannot be worked with; ends the start with what is wrong, where, and the mend. */
public final class BadSettingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String mend;

  /**
   * @param key as in {@code hub.reply.hours[0]}; the file and line it stands in are looked up
   * @param problem what is wrong with its value, a sentence
   * @param mend what to write instead, a sentence
   */
  public BadSettingException(Environment environment, String key, String problem, String mend) {
    super(key + " (" + place(environment, key) + "): " + problem);
    this.mend = mend;
  }

  String mend() {
    return mend;
  }

  /** Of a key with children the line of the first child. */
  private static String place(Environment environment, String key) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(key);
    for (var source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property == null && source instanceof Iterable<?> names) {
        property =
            StreamSupport.stream(names.spliterator(), false)
                .map(ConfigurationPropertyName.class::cast)
                .filter(name::isAncestorOf)
                .findFirst()
                .map(source::getConfigurationProperty)
                .orElse(null);
      }
      if (property != null) {
        return place(property.getOrigin());
      }
    }
    return "not set";
  }

  private static String place(Origin origin) {
    if (origin instanceof PropertySourceOrigin outer && outer.getOrigin() != null) {
      return place(outer.getOrigin());
    }
    if (origin instanceof TextResourceOrigin text && text.getLocation() != null) {
      String file = text.getResource() == null ? "" : text.getResource().getFilename() + ", ";
      return file + "line " + (text.getLocation().getLine() + 1);
    }
    return origin == null ? "given at the start" : origin.toString();
  }
}
