package io.leadhub.database;

import java.time.ZoneId;
import java.util.TimeZone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The zone of this process is UTC. MariaDB's driver (3.5) writes an {@link java.time.Instant}
 * parameter as wall time of the process's zone, whatever zone the connection is told; only a
 * Timestamp honours that. What people see as local time comes from {@code hub.time-zone}.
 */
final class ProcessTimeZone {

  private static final Logger log = LoggerFactory.getLogger(ProcessTimeZone.class);

  private ProcessTimeZone() {}

  static void beUtc() {
    ZoneId before = ZoneId.systemDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    if (!before.getRules().equals(ZoneId.systemDefault().getRules())) {
      log.info("Times are kept in UTC, not in this machine's {}", before);
    }
  }
}
