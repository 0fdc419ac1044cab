package io.leadhub.chaos;

/** How a remote fails those who call it. */
enum Misbehaviour {
  THROTTLES("429 with a delay", false),
  FAILS("500", false),
  RESETS("reset before doing the work", false),
  IS_SILENT("no answer in time, without doing the work", false),
  SHOWS_A_PAGE("HTML with 200, without doing the work", false),
  WORKS_AND_SHOWS_A_PAGE("HTML with 200, after doing the work", true),
  WORKS_AND_ANSWERS_WRONG_JSON("wrong JSON with 200, after doing the work", true),
  WORKS_AND_ANSWERS_502("502 after doing the work", true),
  WORKS_AND_RESETS("reset after doing the work", true),
  WORKS_AND_IS_SILENT("no answer in time, after doing the work", true),
  TRICKLES("an answer that takes seconds to come", true),
  TRICKLES_PAST_THE_LEASE("an answer that takes longer than a lease to come", true),
  TRICKLES_PAST_ALL_PATIENCE("an answer that takes longer than any time-out to come", true);

  final String words;
  final boolean doesTheWork;

  Misbehaviour(String words, boolean doesTheWork) {
    this.words = words;
    this.doesTheWork = doesTheWork;
  }
}
