package io.leadhub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMariaDbAccessTest {

  @TempDir static Path directory;
  private static EmbeddedMariaDb database;

  @BeforeAll
  static void start() {
    database = EmbeddedMariaDb.start(directory, TestDatabase.DIRECTORY);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void isDurableAndSpeaksEveryLanguage() throws Exception {
    assertThat(Sql.text(database, "select @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
    assertThat(
            Sql.text(
                database,
                "select default_character_set_name from information_schema.schemata"
                    + " where schema_name = 'leadhub'"))
        .isEqualTo("utf8mb4");
    Sql.execute(
        database, "create table words (word text)", "insert into words values ('привет 🌴')");
    assertThat(Sql.text(database, "select word from words")).isEqualTo("привет 🌴");
  }

  @Test
  void listensOnLoopbackOnly() throws Exception {
    assertThat(Sql.text(database, "select @@bind_address")).isEqualTo("127.0.0.1");
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    for (InetAddress address : others) {
      assertThatExceptionOfType(IOException.class)
          .as("connecting to %s", address)
          .isThrownBy(() -> new Socket(address, database.port()).close());
    }
  }

  @Test
  void letsNobodyInWithoutThePassword() throws Exception {
    for (String user : List.of("leadhub", "root", "")) {
      for (String password : List.of("", "leadhub")) {
        assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), user, password))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("Access denied");
      }
    }
    assertThat(Sql.text(database, "select group_concat(user order by user) from mysql.user"))
        .as("accounts")
        .isEqualTo("leadhub,mariadb.sys");
  }

  @Test
  void keepsThePasswordWhereOnlyTheOwnerReadsIt() throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path file = directory.resolve("mariadb-password");
    assertThat(file).content().isEqualTo(database.password() + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory.resolve("mariadb-init.sql")).as("has the password too").doesNotExist();
  }
}
