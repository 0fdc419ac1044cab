package io.leadhub.database;

/** The database cannot be had; says what happened and what to do about it, for people. */
final class DatabaseStartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String action;

  DatabaseStartException(String problem, String action, Throwable cause) {
    super(problem, cause);
    this.action = action;
  }

  DatabaseStartException(String problem, String action) {
    this(problem, action, null);
  }

  String action() {
    return action;
  }
}
