package io.leadhub.sandbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** A journal for tests, without a database. */
final class MemoryJournal implements SandboxJournal {

  private final List<SandboxCall> calls = new ArrayList<>();
  private Instant now = Instant.parse("2025-03-01T05:30:00Z");

  synchronized void clear() {
    calls.clear();
  }

  @Override
  public synchronized List<Long> keep(List<Sent> sent) {
    List<Long> ids = new ArrayList<>();
    for (Sent call : sent) {
      long id = calls.size() + 1;
      now = now.plusSeconds(1);
      calls.add(new SandboxCall(id, call.provider(), now, call.target(), call.text(), call.body()));
      ids.add(id);
    }
    return ids;
  }

  @Override
  public List<SandboxCall> newest(int limit) {
    return newest(call -> true, limit);
  }

  @Override
  public List<SandboxCall> newest(String provider, int limit) {
    return newest(call -> call.provider().equals(provider), limit);
  }

  @Override
  public List<SandboxCall> newest(String provider, String target, int limit) {
    return newest(call -> call.provider().equals(provider) && call.target().equals(target), limit);
  }

  @Override
  public synchronized List<SandboxCall> oldest(String provider, String target, int limit) {
    return calls.stream()
        .filter(call -> call.provider().equals(provider) && call.target().equals(target))
        .limit(limit)
        .toList();
  }

  private synchronized List<SandboxCall> newest(Predicate<SandboxCall> wanted, int limit) {
    List<SandboxCall> newest = new ArrayList<>(calls);
    Collections.reverse(newest);
    return newest.stream().filter(wanted).limit(limit).toList();
  }
}
