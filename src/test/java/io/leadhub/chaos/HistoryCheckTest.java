package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker complains of whatever does not fit, and of nothing else. */
class HistoryCheckTest {

  private static final History.Message HELLO =
      new History.Message("meta", "wamid.1", "+66811000001");
  private static final History.Message AGAIN =
      new History.Message("meta", "wamid.2", "+66811000001");

  private final History history = new History();
  private final List<History.KeptMessage> messages = new ArrayList<>();
  private final List<History.KeptLead> leads = new ArrayList<>();
  private final Set<String> reports = new HashSet<>();
  private final Set<String> givenUp = new HashSet<>();
  private final List<String> deadLetters = new ArrayList<>();
  private int effects;

  /** One customer wrote twice and everybody was told. */
  @BeforeEach
  void aGoodHistory() {
    for (History.Message message : List.of(HELLO, AGAIN)) {
      history.posted(message);
      history.acknowledged(message);
      messages.add(new History.KeptMessage(message.key(), 1));
    }
    leads.add(new History.KeptLead(1, HELLO.phone(), "meta", 2));
    reports.add("report/HOTEL1/2026-01-31");
    happens(Destination.TELEGRAM, "lead/1");
    happens(Destination.TELEGRAM, "report/HOTEL1/2026-01-31");
    happens(Destination.SHEETS, "lead/1");
    happens(Destination.META, "lead/1");
    happens(Destination.WEBHOOK, "lead/1 message 1");
    happens(Destination.WEBHOOK, "lead/1 message 2");
  }

  @Test
  void aGoodHistoryHasNoFaults() {
    assertThat(faults()).isEmpty();
  }

  @Test
  void anAcknowledgedMessageThatIsNotKeptIsLost() {
    History.Message lost = new History.Message("twilio", "SM1", "+66811000009");
    history.posted(lost);
    history.acknowledged(lost);
    assertThat(faults())
        .containsExactly("Lost: message twilio/SM1 was acknowledged and is not kept");
  }

  @Test
  void anUnacknowledgedMessageMayBeKeptOrNotButNotTwice() {
    History.Message perhaps = new History.Message("meta", "wamid.3", HELLO.phone());
    history.posted(perhaps);
    assertThat(faults()).isEmpty();
    leads.set(0, new History.KeptLead(1, HELLO.phone(), "meta", 3));
    messages.add(new History.KeptMessage(perhaps.key(), 1));
    happens(Destination.WEBHOOK, "lead/1 message 3");
    assertThat(faults()).isEmpty();
    messages.add(new History.KeptMessage(perhaps.key(), 1));
    assertThat(faults()).contains("Doubled: message meta/wamid.3 is kept 2 times");
  }

  @Test
  void aMessageThatNobodyPostedComesFromNowhere() {
    messages.add(new History.KeptMessage("meta/wamid.ghost", 1));
    assertThat(faults()).contains("From nowhere: message meta/wamid.ghost was never posted");
  }

  @Test
  void twoLeadsOfOneCustomerAreADouble() {
    leads.add(new History.KeptLead(2, HELLO.phone(), "generic", 1));
    assertThat(faults())
        .contains(
            "Doubled: customer +66811000001 has 2 leads",
            "From nowhere: lead/2 has no message",
            "Lost: lead/2 never reached SHEETS");
  }

  @Test
  void aMessageInSomebodyElsesLeadIsMixedUp() {
    History.Message other = new History.Message("meta", "wamid.4", "+66811000002");
    history.posted(other);
    messages.set(1, new History.KeptMessage(other.key(), 1));
    assertThat(faults())
        .contains("Mixed up: message meta/wamid.4 is in a lead of " + HELLO.phone());
  }

  @Test
  void aLeadThatMiscountsItsMessagesIsAFault() {
    messages.remove(1);
    assertThat(faults()).contains("Miscounted: lead/1 has 1 messages and counts 2");
  }

  @Test
  void aDestinationThatWasNeverToldIsALoss() {
    leads.add(new History.KeptLead(2, "+66811000002", "twilio", 1));
    messages.add(new History.KeptMessage("twilio/SM2", 2));
    history.posted(new History.Message("twilio", "SM2", "+66811000002"));
    assertThat(faults())
        .containsExactlyInAnyOrder(
            "Lost: lead/2 never reached TELEGRAM",
            "Lost: lead/2 never reached SHEETS",
            "Lost: lead/2 never reached TWILIO",
            "Lost: lead/2 message 1 never reached WEBHOOK");
  }

  @Test
  void anEffectOfALeadThatIsNotThereComesFromNowhere() {
    happens(Destination.META, "lead/7");
    assertThat(faults()).containsExactly("From nowhere: META was told of lead/7");
  }

  @Test
  void aSecondEffectThatNobodyKnewOfIsADouble() {
    happens(Destination.META, "lead/1");
    assertThat(faults()).containsExactly("Doubled: lead/1 reached META 2 times");
  }

  @Test
  void aRepeatThatTelegramSaysIsOneIsAllowedOnce() {
    history.had(new History.Effect(Destination.TELEGRAM, "lead/1", "repeat-1", true));
    assertThat(faults()).isEmpty();
    history.had(new History.Effect(Destination.TELEGRAM, "lead/1", "repeat-2", true));
    assertThat(faults()).containsExactly("Doubled: lead/1 reached TELEGRAM 3 times");
  }

  @Test
  void aMarkDoesNotExcuseOtherDestinations() {
    history.had(new History.Effect(Destination.META, "lead/1", "repeat-1", true));
    assertThat(faults()).containsExactly("Doubled: lead/1 reached META 2 times");
  }

  @Test
  void theSameWebhookIdIsOneEffect() {
    history.had(new History.Effect(Destination.WEBHOOK, "lead/1 message 1", "msg_1", false));
    assertThat(faults()).containsExactly("Doubled: lead/1 message 1 reached WEBHOOK 2 times");
    History.Effect first =
        history.effects().stream()
            .filter(effect -> effect.key().equals("lead/1 message 2"))
            .findFirst()
            .orElseThrow();
    history.had(first);
    assertThat(faults()).hasSize(1);
  }

  @Test
  void aDeadLetterIsAFault() {
    deadLetters.add("meta: Meta answered HTTP 400");
    assertThat(faults()).containsExactly("A dead letter: meta: Meta answered HTTP 400");
  }

  @Test
  void onlyWhoCannotBeAskedMayBeGivenUp() {
    leads.add(new History.KeptLead(2, "+66811000002", "generic", 1));
    messages.add(new History.KeptMessage("generic/2", 2));
    history.posted(new History.Message("generic", "2", "+66811000002"));
    happens(Destination.WEBHOOK, "lead/2 message 1");
    givenUp.add("telegram-bot lead/2");
    givenUp.add("google-sheets lead/2");
    assertThat(faults()).containsExactly("Lost: lead/2 never reached SHEETS");
  }

  @Test
  void aReportThatArrivesTwiceIsADouble() {
    happens(Destination.TELEGRAM, "report/HOTEL1/2026-01-31");
    assertThat(faults())
        .containsExactly("Doubled: report/HOTEL1/2026-01-31 reached TELEGRAM 2 times");
  }

  private void happens(Destination destination, String key) {
    history.had(new History.Effect(destination, key, "effect-" + ++effects, false));
  }

  private List<String> faults() {
    return HistoryCheck.of(
            history, new History.Kept(messages, leads, reports, givenUp, deadLetters))
        .faults();
  }
}
