package io.leadhub.database;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Looks at the database of {@code HUB_DB_URL} before anything is built upon it. */
final class ExternalMariaDb {

  private static final int MAJOR = 10;
  private static final int MINOR = 6;
  private static final int ACCESS_DENIED = 1045;
  private static final int ACCESS_TO_DATABASE_DENIED = 1044;
  private static final int UNKNOWN_DATABASE = 1049;

  private ExternalMariaDb() {}

  /** Connects once; throws a {@link DatabaseStartException} that says what is wrong. */
  static void check(String url, String user, String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "10000");
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      if (connection.getCatalog() == null) {
        throw new DatabaseStartException(
            "HUB_DB_URL names no database: " + address(url),
            "Add it to the address, as in jdbc:mariadb://host:3306/leadhub.");
      }
      DatabaseMetaData server = connection.getMetaData();
      checkVersion(
          url,
          server.getDatabaseProductName(),
          server.getDatabaseProductVersion(),
          server.getDatabaseMajorVersion(),
          server.getDatabaseMinorVersion());
    } catch (SQLException e) {
      throw explained(url, user, e);
    }
  }

  /** MariaDB 10.6 is the first with {@code select … for update skip locked}. */
  static void checkVersion(String url, String product, String version, int major, int minor) {
    boolean newEnough = major > MAJOR || major == MAJOR && minor >= MINOR;
    if (!"MariaDB".equals(product) || !newEnough) {
      throw new DatabaseStartException(
          "the database at %s is %s %s".formatted(address(url), product, version),
          "LeadHub needs MariaDB %d.%d or newer; point HUB_DB_URL to one.".formatted(MAJOR, MINOR));
    }
  }

  private static DatabaseStartException explained(String url, String user, SQLException e) {
    return switch (e.getErrorCode()) {
      case ACCESS_DENIED ->
          new DatabaseStartException(
              "the database at %s does not let user '%s' in".formatted(address(url), user),
              "Check HUB_DB_USER and HUB_DB_PASSWORD, and that the user may come from this host.",
              e);
      case ACCESS_TO_DATABASE_DENIED, UNKNOWN_DATABASE ->
          new DatabaseStartException(
              "the database at %s does not exist, or user '%s' may not use it"
                  .formatted(address(url), user),
              "Create it (create database … character set utf8mb4) and grant the user everything on"
                  + " it, or correct HUB_DB_URL.",
              e);
      default ->
          new DatabaseStartException(
              "the database at %s cannot be reached (%s)".formatted(address(url), reason(e)),
              "Check HUB_DB_URL, that the database is running, and that a firewall lets us"
                  + " through.",
              e);
    };
  }

  // What follows the question mark may hold a password, in the address and in messages quoting it.
  private static String address(String url) {
    return url.replaceAll("\\?.*", "");
  }

  private static String reason(SQLException e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).replaceAll("(?i)(password[^=]*=)[^&\\s]*", "$1***");
  }
}
