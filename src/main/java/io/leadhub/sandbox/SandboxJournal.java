package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Remembers what the pretend providers were sent. */
interface SandboxJournal {

  String META = "meta";
  String TWILIO = "twilio";
  String D360 = "360dialog";
  String WATI = "wati";
  String TELEGRAM = "telegram";
  String SHEETS = "google-sheets";
  String WEBHOOK = "webhook";

  /** How many calls are remembered, roughly. */
  int MEMORY = 10_000;

  /** What is to be remembered; number and time are given by the journal. */
  record Sent(String provider, String target, String text, JsonNode body) {}

  /** Remembers all or none, and answers their numbers in the same order. */
  List<Long> keep(List<Sent> sent);

  default long keep(String provider, String target, String text, JsonNode body) {
    return keep(List.of(new Sent(provider, target, text, body))).get(0);
  }

  List<SandboxCall> newest(int limit);

  List<SandboxCall> newest(String provider, int limit);

  List<SandboxCall> newest(String provider, String target, int limit);

  List<SandboxCall> oldest(String provider, String target, int limit);
}
