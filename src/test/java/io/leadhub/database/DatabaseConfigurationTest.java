package io.leadhub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.HubSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

@ExtendWith(OutputCaptureExtension.class)
class DatabaseConfigurationTest {

  private static final String SECRET = "s3cret-of-this-test";

  @TempDir Path directory;

  @Test
  void usesTheDatabaseThatTheUrlNames() throws Exception {
    TestDatabase.Schema schema = TestDatabase.fresh();
    try (ConfigurableApplicationContext hub =
        start(schema.jdbcUrl(), schema.user(), schema.password())) {
      assertThat(hub.getBeansOfType(EmbeddedMariaDb.class)).isEmpty();
      try (Connection connection = hub.getBean(DataSource.class).getConnection()) {
        assertThat(schema.jdbcUrl()).contains("/" + connection.getCatalog());
        assertThat(connection.getTransactionIsolation())
            .as("as claiming rows needs it")
            .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(connection.getNetworkTimeout())
            .as("a server that fell silent is given up")
            .isEqualTo(120_000);
      }
      DataSource migrations = hub.getBean(Flyway.class).getConfiguration().getDataSource();
      try (Connection connection = migrations.getConnection()) {
        assertThat(connection.getNetworkTimeout()).as("but not in a long migration").isZero();
      }
    }
  }

  @Test
  void startsItsOwnDatabaseWithoutAUrlAndStopsItLast() throws Exception {
    // The program is unpacked below the data directory here, as in production.
    try (ConfigurableApplicationContext hub = start("", "", "")) {
      JdbcTemplate jdbc = hub.getBean(JdbcTemplate.class);
      jdbc.execute("create table words (word text)");
      assertThat(jdbc.queryForObject("select database()", String.class)).isEqualTo("leadhub");
    }
    assertThat(directory.resolve("mariadb.log"))
        .content()
        .as("the pool closed its connections before the server stopped")
        .doesNotContain("Aborted connection")
        .endsWith("Shutdown complete\n");
    try (EmbeddedMariaDb database = EmbeddedMariaDb.start(directory)) {
      assertThat(Sql.text(database, "select word from words"))
          .as("written while the hub was stopping")
          .isEqualTo("goodbye");
    }
  }

  @Test
  void saysWhenTheDatabaseCannotBeReached(CapturedOutput output) throws Exception {
    assertThatThrownBy(
        () -> start("jdbc:mariadb://127.0.0.1:" + closedPort() + "/leads", "u", SECRET));
    assertThat(said(output))
        .contains("APPLICATION FAILED TO START")
        .containsPattern("the database at jdbc:mariadb://127.0.0.1:\\d+/leads cannot be reached")
        .contains("Check HUB_DB_URL")
        .doesNotContain(SECRET)
        .doesNotContain("\tat ");
  }

  @Test
  void saysWhenTheDatabaseDoesNotLetUsIn(CapturedOutput output) {
    TestDatabase.Schema schema = TestDatabase.fresh();
    assertThatThrownBy(
        () -> start(schema.jdbcUrl() + "?keyStorePassword=" + SECRET, schema.user(), SECRET));
    assertThat(said(output))
        .contains("APPLICATION FAILED TO START")
        .contains("does not let user '" + schema.user() + "' in")
        .contains("Check HUB_DB_USER and HUB_DB_PASSWORD")
        .doesNotContain(SECRET)
        .doesNotContain("\tat ");
  }

  @Test
  void saysWhenTheDatabaseDoesNotExist(CapturedOutput output) {
    TestDatabase.Schema schema = TestDatabase.fresh();
    assertThatThrownBy(
        () ->
            start(
                schema.jdbcUrl().replaceAll("/leadhub_test_\\w+", "/nowhere"),
                schema.user(),
                schema.password()));
    assertThat(said(output)).contains("/nowhere does not exist, or user").doesNotContain("\tat ");
  }

  @Test
  void saysWhenTheUrlNamesNoDatabase(CapturedOutput output) {
    TestDatabase.Schema schema = TestDatabase.fresh();
    assertThatThrownBy(
        () ->
            start(
                schema.jdbcUrl().replaceAll("/leadhub_test_\\w+", "/"),
                schema.user(),
                schema.password()));
    assertThat(said(output)).contains("HUB_DB_URL names no database").doesNotContain("\tat ");
  }

  @Test
  void saysWhenAnotherHubHasTheDataDirectory(CapturedOutput output) {
    try (DataDirectory other = DataDirectory.take(directory)) {
      assertThatThrownBy(() -> start("", "", ""));
    }
    assertThat(said(output))
        .contains("another LeadHub is running with data directory")
        .contains("Stop it, or set HUB_DATA_DIR")
        .doesNotContain("\tat ");
  }

  @Test
  void twoHubsWithOneDatabaseNeedADataDirectoryEach(CapturedOutput output) {
    TestDatabase.Schema schema = TestDatabase.fresh();
    try (DataDirectory other = DataDirectory.take(directory)) {
      assertThatThrownBy(() -> start(schema.jdbcUrl(), schema.user(), schema.password()));
    }
    assertThat(said(output))
        .contains("another LeadHub is running with data directory")
        .contains("Stop it, or set HUB_DATA_DIR to a directory of its own")
        .doesNotContain("\tat ");
    start(schema.jdbcUrl(), schema.user(), schema.password()).close();
  }

  @Test
  void saysWhenTheSpoolCanNotBeRead(CapturedOutput output) throws Exception {
    TestDatabase.Schema schema = TestDatabase.fresh();
    Files.writeString(directory.resolve("spool"), "in the way");

    assertThatThrownBy(() -> start(schema.jdbcUrl(), schema.user(), schema.password()));

    assertThat(said(output))
        .contains("the spool in " + directory.resolve("spool") + " can't be read")
        .contains("it may hold webhooks that were accepted")
        .doesNotContain("\tat ");
  }

  /** What this thread logged: tests beside this one may log stack traces of their own meanwhile. */
  private static String said(CapturedOutput output) {
    String thread = Thread.currentThread().getName();
    // The log's pattern keeps the last 15 characters of a name.
    String mark = "[" + thread.substring(Math.max(0, thread.length() - 15)) + "]";
    return Pattern.compile("(?m)^(?=\\d{4}-\\d\\d-\\d\\dT)")
        .splitAsStream(output)
        .filter(event -> event.lines().findFirst().orElse("").contains(mark))
        .collect(Collectors.joining());
  }

  private ConfigurableApplicationContext start(String url, String user, String password) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--hub.data-dir=" + directory);
    arguments.add("--hub.database.url=" + url);
    arguments.add("--hub.database.user=" + user);
    arguments.add("--hub.database.password=" + password);
    return new SpringApplicationBuilder(OnlyTheDatabase.class)
        .web(WebApplicationType.NONE)
        .run(arguments.toArray(String[]::new));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(HubSettings.class)
  @Import(DatabaseConfiguration.class)
  @ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    FlywayAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class
  })
  static class OnlyTheDatabase {

    /** Something that still has to write when the hub goes down. */
    @Bean
    DisposableBean lastWords(JdbcTemplate jdbc) {
      return () -> {
        if ("leadhub".equals(jdbc.queryForObject("select database()", String.class))) {
          jdbc.update("insert into words values ('goodbye')");
        }
      };
    }
  }
}
