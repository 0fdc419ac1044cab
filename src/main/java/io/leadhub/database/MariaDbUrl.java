package io.leadhub.database;

/** What every address of a database must say, whoever wrote it. */
final class MariaDbUrl {

  /**
   * A point in time is stored as its UTC wall time and now() is UTC, whatever zone the server is
   * in: hubs on machines of different zones, and people with a database client, read the same.
   */
  private static final String UTC =
      "connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true";

  /** A statement is parsed once for each connection; camel-jdbc would even parse it twice a run. */
  private static final String PREPARED = "useServerPrepStmts=true";

  private MariaDbUrl() {}

  /** The address with what we rely on; what comes last in an address wins. */
  static String complete(String url) {
    return url + (url.contains("?") ? "&" : "?") + UTC + "&" + PREPARED;
  }
}
