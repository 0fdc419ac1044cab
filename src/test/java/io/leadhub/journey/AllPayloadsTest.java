package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything providers are known to send ({@code src/test/resources/in}) is accepted, and exactly
 * the messages that stand beside it in {@code .expected.json} are kept.
 */
class AllPayloadsTest extends Journey {

  private static final Path SAMPLES = Path.of("src/test/resources/in");

  @Test
  void eachSampleOfMetaGivesItsMessages() {
    eachSampleGivesItsMessages("meta", ".json");
  }

  @Test
  void eachSampleOfTwilioGivesItsMessages() {
    eachSampleGivesItsMessages("twilio", ".form");
  }

  @Test
  void eachSampleOf360dialogGivesItsMessages() {
    eachSampleGivesItsMessages("360dialog", ".json");
  }

  @Test
  void eachSampleOfWatiGivesItsMessages() {
    eachSampleGivesItsMessages("wati", ".json");
  }

  /** First as they are, when many have the same id; then each with ids of its own. */
  private void eachSampleGivesItsMessages(String provider, String ending) {
    List<Path> samples = samples(provider, ending);
    assertThat(samples).hasSizeGreaterThan(10);
    send(provider, samples, index -> text -> text);
    send(
        provider,
        samples,
        index ->
            text ->
                text.replace("wamid.TEST", "wamid.S%03d.".formatted(index))
                    .replace("65f0aa000000", "65f0aa%06d".formatted(1_000 + index))
                    .replace("SM0000000", "SM%07d".formatted(1_000_000 + index)));
  }

  private interface Ids {
    UnaryOperator<String> of(int sample);
  }

  private void send(String provider, List<Path> samples, Ids ids) {
    long before = hub.lastDelivery();
    long messagesBefore = lastMessage();
    List<String> messages = new ArrayList<>();
    List<String> malformed = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Path sample = samples.get(i);
      UnaryOperator<String> own = ids.of(i);
      String body = own.apply(read(sample));
      Hub.Answer answer = post(provider, body.strip());
      assertThat(answer.status()).as(sample.toString()).isEqualTo(200);
      for (JsonNode expected : Hub.parse(own.apply(read(expectationOf(sample))))) {
        if (expected.has("malformed")) {
          malformed.add(
              "One message of a webhook could not be read: " + expected.path("malformed").asText());
        } else if (!expected.has("status") && !expected.has("change") && !expected.has("notice")) {
          messages.add(
              expected.path("messageId").asText()
                  + (expected.path("messageId").isNull() ? sample.toString() : ""));
        }
      }
    }
    hub.deliversNow();

    assertThat(
            hub.jdbc()
                .queryForList(
                    "select provider_message_id from messages"
                        + " where provider = ? and direction = 'in' and id > ?",
                    String.class,
                    provider,
                    messagesBefore))
        .containsExactlyInAnyOrderElementsOf(messages.stream().distinct().toList());
    assertThat(
            hub.jdbc()
                .queryForList(
                    "select last_error from deliveries where id > ? and state = 'dead'",
                    String.class,
                    before))
        .containsExactlyInAnyOrderElementsOf(malformed);
    assertThat(
            hub.jdbc()
                .queryForList(
                    "select topic, subscriber, last_error from deliveries"
                        + " where id > ? and state = 'done' and last_error is not null"
                        + " and last_error not like '%looked for again%'"
                        + " and last_error not like '%is not answered yet%'"
                        + " and last_error not like '%is being sent%'",
                    before))
        .as("failed on the way")
        .isEmpty();
  }

  private Hub.Answer post(String provider, String body) {
    return switch (provider) {
      case "meta" -> hub.isPostedByMeta(body);
      case "360dialog" -> hub.isPostedBy360dialog(body);
      case "wati" -> hub.isPostedByWati(body);
      default -> hub.isPostedByTwilio(body, signedFields(body));
    };
  }

  private long lastMessage() {
    return hub.jdbc().queryForObject("select coalesce(max(id), 0) from messages", Long.class);
  }

  /** A repeated name counts once for each different value, in order. */
  private static Map<String, String> signedFields(String form) {
    Map<String, TreeSet<String>> all = new TreeMap<>();
    for (String field : form.split("&")) {
      Hub.formFields(field)
          .forEach((name, value) -> all.computeIfAbsent(name, n -> new TreeSet<>()).add(value));
    }
    Map<String, String> signed = new TreeMap<>();
    all.forEach((name, values) -> signed.put(name, String.join(name, values)));
    return signed;
  }

  private static List<Path> samples(String provider, String ending) {
    try (Stream<Path> files = Files.list(SAMPLES.resolve(provider))) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.toString().endsWith(".expected.json"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path expectationOf(Path sample) {
    String name = sample.getFileName().toString();
    return sample.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".expected.json");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
