package io.leadhub.durable;

/**
 * How one claimed delivery ended.
 *
 * @param id the delivery's
 * @param owner the claim that worked on it
 */
record Ended(long id, String owner, Settlement settlement) {

  boolean isDone() {
    return settlement.next() == Settlement.State.done;
  }
}
