package io.leadhub.durable;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells the consumers of a topic in this process that something was committed for them. */
final class WakeUps {

  private final Map<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();

  void listen(String topic, Runnable listener) {
    listeners.computeIfAbsent(topic, key -> ConcurrentHashMap.newKeySet()).add(listener);
  }

  void forget(String topic, Runnable listener) {
    listeners.getOrDefault(topic, Set.of()).remove(listener);
  }

  void wake(String topic) {
    listeners.getOrDefault(topic, Set.of()).forEach(Runnable::run);
  }
}
