package io.leadhub.durable;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.springframework.transaction.TransactionSystemException;

/**
 * Tells a database that is away (no connection, none free, gone in the middle, shutting down, not
 * writable) from one that is there and refuses what it was given.
 */
final class DatabaseLoss {

  /** Disk full, shutting down, read-only by option, read-only, connection killed. */
  private static final Set<Integer> SERVER_CAN_NOT_WRITE = Set.of(1021, 1053, 1290, 1836, 1927);

  private DatabaseLoss() {}

  /** Whether the outcome is: not written, or not known to be; the same may work later. */
  static boolean isIn(Throwable failure) {
    if (isTooLarge(failure)) {
      return false;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e && meansLoss(e)) {
        return true;
      }
      // A rollback over a lost connection fails too, and hides what failed first: a statement, or
      // when nothing is known of one, the commit.
      if (cause instanceof TransactionSystemException e) {
        return e.getApplicationException() == null || isIn(e.getApplicationException());
      }
    }
    return false;
  }

  /**
   * Larger than the server takes: the driver may close the connection over it, and yet the same
   * would never work later. The driver's class is there at run time only, so it is known by name.
   */
  static boolean isTooLarge(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getClass().getSimpleName().equals("MaxAllowedPacketException")) {
        return true;
      }
    }
    return false;
  }

  private static boolean meansLoss(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return e instanceof SQLTransientConnectionException
        || e instanceof SQLNonTransientConnectionException
        || e instanceof SQLRecoverableException
        || state.startsWith("08")
        || SERVER_CAN_NOT_WRITE.contains(e.getErrorCode());
  }
}
