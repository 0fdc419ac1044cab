package io.leadhub.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExternalMariaDbTest {

  private static final String URL = "jdbc:mariadb://db:3306/leads?trustStorePassword=hush";

  @ParameterizedTest
  @CsvSource({"10.6.0, 10, 6", "10.11.14, 10, 11", "11.4.5, 11, 4", "12.0.2, 12, 0"})
  void takesMariaDbFromTenSixOn(String version, int major, int minor) {
    assertThatCode(() -> ExternalMariaDb.checkVersion(URL, "MariaDB", version, major, minor))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnOlderMariaDb() {
    assertThatThrownBy(() -> ExternalMariaDb.checkVersion(URL, "MariaDB", "10.5.29", 10, 5))
        .isInstanceOf(DatabaseStartException.class)
        .hasMessage("the database at jdbc:mariadb://db:3306/leads is MariaDB 10.5.29");
  }

  @Test
  void refusesMySql() {
    assertThatThrownBy(() -> ExternalMariaDb.checkVersion(URL, "MySQL", "8.4.3", 8, 4))
        .isInstanceOf(DatabaseStartException.class)
        .hasMessage("the database at jdbc:mariadb://db:3306/leads is MySQL 8.4.3");
  }
}
