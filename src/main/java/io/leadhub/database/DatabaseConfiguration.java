package io.leadhub.database;

import io.leadhub.HubSettings;
import io.leadhub.durable.Spool;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Says where Boot's DataSource connects to. It depends on these details and they on the embedded
 * database, so on the way down the pool closes first and the database stops last. Beside it lives
 * what keeps webhooks while the database is away.
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

    /** Two hubs share a database, never a data directory: the spool in it has one owner. */
    @Bean
    DataDirectory dataDirectory(HubSettings settings) {
      return DataDirectory.take(settings.dataDir());
    }

    @Bean
    JdbcConnectionDetails externalConnectionDetails(
        HubSettings settings, DataDirectory directoryIsOurs) {
      HubSettings.Database database = settings.database();
      ExternalMariaDb.check(database.url(), database.user(), database.password());
      return new ConnectionDetails(database.url(), database.user(), database.password());
    }
  }

  /** An index of a large table may take hours to make, any other statement may not. */
  @Bean
  FlywayConfigurationCustomizer migrationsTakeTheirTime() {
    return flyway -> flyway.dataSource(new Patient(flyway.getDataSource()));
  }

  /**
   * Opened once the data directory is ours, which the details of either database wait for, and so
   * closed before the directory is given back.
   */
  @Bean
  Spool spool(HubSettings settings, JdbcConnectionDetails directoryIsOurs) {
    try {
      return Spool.open(settings.dataDir().resolve("spool"), settings.spool().maxSize().toBytes());
    } catch (UncheckedIOException e) {
      throw new DatabaseStartException(
          e.getMessage() + " (" + e.getCause() + ")",
          "Make sure that user "
              + System.getProperty("user.name")
              + " may read and write it; do not delete it: it may hold webhooks that were accepted.",
          e);
    }
  }

  private static final class Patient extends DelegatingDataSource {

    Patient(DataSource dataSource) {
      super(dataSource);
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      connection.setNetworkTimeout(Runnable::run, 0);
      return connection;
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
