package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionSystemException;

class DatabaseLossTest {

  /** As the pool says of a connection that it has thrown away: no state, no number. */
  private final SQLException closed = new SQLException("Connection is closed");

  @Test
  void aLostConnectionIsALoss() {
    SQLException lost = new SQLNonTransientConnectionException("Socket error", "08000");
    assertThat(DatabaseLoss.isIn(new DataAccessResourceFailureException("JDBC commit", lost)))
        .isTrue();
  }

  @Test
  void aRefusedValueIsNone() {
    SQLException tooLong = new SQLException("Data too long", "22001", 1406);
    assertThat(DatabaseLoss.isIn(new DataIntegrityViolationException("refused", tooLong)))
        .isFalse();
  }

  @Test
  void aCommitThatFailedAndCouldNotBeRolledBackIsALoss() {
    assertThat(DatabaseLoss.isIn(new TransactionSystemException("JDBC rollback failed", closed)))
        .isTrue();
  }

  @Test
  void aRollbackThatFailedIsWhatItFollowed() {
    TransactionSystemException refused =
        new TransactionSystemException("JDBC rollback failed", closed);
    refused.initApplicationException(new DataIntegrityViolationException("refused"));
    assertThat(DatabaseLoss.isIn(refused)).isFalse();
    TransactionSystemException lost =
        new TransactionSystemException("JDBC rollback failed", closed);
    lost.initApplicationException(new SQLNonTransientConnectionException("Socket error"));
    assertThat(DatabaseLoss.isIn(lost)).isTrue();
  }
}
