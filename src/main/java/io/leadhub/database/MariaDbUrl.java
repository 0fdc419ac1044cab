package io.leadhub.database;

/** What every address of a database must say, whoever wrote it. */
final class MariaDbUrl {

  // A point in time is stored as its UTC wall time and now() is UTC, whatever zone the server is
  // in,
  // so hubs on machines of different zones, and people with a database client, read the same.
  private static final String UTC =
      "connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true&preserveInstants=true";

  private MariaDbUrl() {}

  /** The address with times in UTC; what comes last in an address wins. */
  static String withUtc(String url) {
    return url + (url.contains("?") ? "&" : "?") + UTC;
  }
}
