package io.leadhub.database;

import io.leadhub.HubSettings;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Says where Boot's DataSource connects to. It depends on these details and they on the embedded
 * database, so on the way down the pool closes first and the database stops last.
 */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

  DatabaseConfiguration() {
    ProcessTimeZone.beUtc();
  }

  @Configuration(proxyBeanMethods = false)
  @Conditional(WithoutUrl.class)
  static class Embedded {

    @Bean
    EmbeddedMariaDb embeddedMariaDb(HubSettings settings) {
      return EmbeddedMariaDb.start(settings.dataDir());
    }

    @Bean
    JdbcConnectionDetails embeddedConnectionDetails(EmbeddedMariaDb database) {
      return new ConnectionDetails(database.jdbcUrl(), database.user(), database.password());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Conditional(WithUrl.class)
  static class External {

    @Bean
    JdbcConnectionDetails externalConnectionDetails(HubSettings settings) {
      HubSettings.Database database = settings.database();
      ExternalMariaDb.check(database.url(), database.user(), database.password());
      return new ConnectionDetails(database.url(), database.user(), database.password());
    }
  }

  static class WithUrl implements Condition {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !context.getEnvironment().getProperty("hub.database.url", "").isBlank();
    }
  }

  static final class WithoutUrl extends WithUrl {

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !super.matches(context, metadata);
    }
  }

  /** Not a record: a record prints its password. */
  private static final class ConnectionDetails implements JdbcConnectionDetails {

    private final String url;
    private final String user;
    private final String password;

    ConnectionDetails(String url, String user, String password) {
      this.url = MariaDbUrl.complete(url);
      this.user = user;
      this.password = password;
    }

    @Override
    public String getJdbcUrl() {
      return url;
    }

    @Override
    public String getUsername() {
      return user;
    }

    @Override
    public String getPassword() {
      return password;
    }
  }
}
