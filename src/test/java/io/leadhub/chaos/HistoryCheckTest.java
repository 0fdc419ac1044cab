package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker complains of whatever does not fit, and of nothing else. */
class HistoryCheckTest {

  private static final History.Message HELLO =
      new History.Message("meta", "wamid.1", "+66811000001", "HOTEL1");
  private static final History.Message AGAIN =
      new History.Message("meta", "wamid.2", "+66811000001", "HOTEL1");

  /** Who is told of the customer reads this. */
  private static final String CUSTOMER = "+66811000001 with code HOTEL1";

  private static final String REPORT = "report/HOTEL1/2026-01-31";

  private final History history = new History();
  private final List<History.KeptMessage> messages = new ArrayList<>();
  private final List<History.KeptLead> leads = new ArrayList<>();
  private final Set<String> givenUp = new HashSet<>();
  private final Map<String, Integer> unknownOutcomes = new HashMap<>();
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
    leads.add(lead(1, HELLO, 2));
    history.partner("HOTEL1", "7001");
    history.partner("HOTEL2", "7002");
    history.reportIsDue("HOTEL1", LocalDate.of(2026, 1, 31));
    happens(Destination.TELEGRAM, "lead/1", "7001", CUSTOMER);
    happens(Destination.TELEGRAM, REPORT, "7001", "");
    happens(Destination.SHEETS, "lead/1", "", CUSTOMER);
    happens(Destination.META, "lead/1", HELLO.phone(), "");
    happens(Destination.WEBHOOK, "lead/1 message 1", "", CUSTOMER + ", meta/wamid.1");
    happens(Destination.WEBHOOK, "lead/1 message 2", "", CUSTOMER + ", meta/wamid.2");
  }

  @Test
  void aGoodHistoryHasNoFaults() {
    assertThat(faults()).isEmpty();
  }

  @Test
  void anAcknowledgedMessageThatIsNotKeptIsLost() {
    History.Message lost = new History.Message("twilio", "SM1", "+66811000009", "HOTEL1");
    history.posted(lost);
    history.acknowledged(lost);
    assertThat(faults())
        .containsExactly("Lost: message twilio/SM1 was acknowledged and is not kept");
  }

  @Test
  void anUnacknowledgedMessageMayBeKeptOrNotButNotTwice() {
    History.Message perhaps = again(3);
    history.posted(perhaps);
    assertThat(faults()).isEmpty();
    leads.set(0, lead(1, HELLO, 3));
    messages.add(new History.KeptMessage(perhaps.key(), 1));
    happens(Destination.WEBHOOK, "lead/1 message 3", "", CUSTOMER + ", meta/wamid.3");
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
    leads.add(new History.KeptLead(2, HELLO.phone(), "HOTEL1", "generic", 1));
    assertThat(faults())
        .contains(
            "Doubled: customer +66811000001 has 2 leads",
            "From nowhere: lead/2 has no message",
            "Lost: lead/2 never reached SHEETS");
  }

  @Test
  void aMessageInSomebodyElsesLeadIsMixedUp() {
    History.Message other = new History.Message("meta", "wamid.4", "+66811000002", "HOTEL1");
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
    keeps(2, new History.Message("twilio", "SM2", "+66811000002", "HOTEL1"));
    assertThat(faults())
        .containsExactlyInAnyOrder(
            "Lost: lead/2 never reached TELEGRAM",
            "Lost: lead/2 never reached SHEETS",
            "Lost: lead/2 never reached TWILIO",
            "Lost: lead/2 message 1 never reached WEBHOOK");
  }

  @Test
  void aReportThatWasNeverMadeIsALoss() {
    history.reportIsDue("HOTEL2", LocalDate.of(2026, 1, 31));
    assertThat(faults()).containsExactly("Lost: report/HOTEL2/2026-01-31 never reached TELEGRAM");
  }

  @Test
  void aReportThatIsNotDueComesFromNowhere() {
    happens(Destination.TELEGRAM, "report/HOTEL1/2026-02-01", "7001", "");
    assertThat(faults())
        .containsExactly("From nowhere: TELEGRAM was told of report/HOTEL1/2026-02-01");
  }

  @Test
  void anEffectOfALeadThatIsNotThereComesFromNowhere() {
    happens(Destination.META, "lead/7", HELLO.phone(), "");
    assertThat(faults()).containsExactly("From nowhere: META was told of lead/7");
  }

  @Test
  void aSecondEffectThatNobodyKnewOfIsADouble() {
    happens(Destination.META, "lead/1", HELLO.phone(), "");
    assertThat(faults()).containsExactly("Doubled: lead/1 reached META 2 times");
  }

  @Test
  void aRepeatThatTelegramSaysIsOneIsAllowedOnce() {
    unknownOutcomes.put("telegram-bot lead/1", 1);
    repeats(Destination.TELEGRAM, "7001", CUSTOMER);
    assertThat(faults()).isEmpty();
    assertThat(verdict().repeats()).isEqualTo(1);
    repeats(Destination.TELEGRAM, "7001", CUSTOMER);
    assertThat(faults()).containsExactly("Doubled: lead/1 reached TELEGRAM 3 times");
  }

  @Test
  void aRepeatOfWhatWasHeardOfIsNotAllowedHoweverItIsMarked() {
    repeats(Destination.TELEGRAM, "7001", CUSTOMER);
    assertThat(faults()).containsExactly("Without need: lead/1 reached TELEGRAM again");
  }

  @Test
  void aMarkDoesNotExcuseOtherDestinations() {
    repeats(Destination.META, HELLO.phone(), "");
    assertThat(faults()).containsExactly("Doubled: lead/1 reached META 2 times");
  }

  @Test
  void theSameWebhookIdIsOneEffect() {
    happens(Destination.WEBHOOK, "lead/1 message 1", "", CUSTOMER + ", meta/wamid.1");
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
    isGivenUp("telegram-bot lead/2", 2);
    isGivenUp("google-sheets lead/2", 2);
    keeps(2, new History.Message("generic", "2", "+66811000002", "HOTEL1"));
    happens(
        Destination.WEBHOOK, "lead/2 message 1", "", "+66811000002 with code HOTEL1, generic/2");
    assertThat(faults()).containsExactly("Lost: lead/2 never reached SHEETS");
    assertThat(verdict().givenUp()).isEqualTo(2);
  }

  @Test
  void nobodyIsGivenUpBeforeTwoAttemptsWereNotHeardOf() {
    isGivenUp("telegram-bot lead/1", 1);
    assertThat(faults())
        .containsExactly(
            "Given up too early: telegram-bot lead/1, after 1 attempts without a word");
  }

  @Test
  void aLeadThatIsToldInSomebodyElsesChatIsMixedUp() {
    unknownOutcomes.put("telegram-bot lead/1", 1);
    repeats(Destination.TELEGRAM, "7002", CUSTOMER);
    assertThat(faults()).containsExactly("Mixed up: lead/1 reached TELEGRAM of 7002, not of 7001");
  }

  @Test
  void aReportThatIsSentToSomebodyElsesChatIsMixedUp() {
    history.reportIsDue("HOTEL2", LocalDate.of(2026, 1, 31));
    happens(Destination.TELEGRAM, "report/HOTEL2/2026-01-31", "7001", "");
    assertThat(faults())
        .containsExactly(
            "Mixed up: report/HOTEL2/2026-01-31 reached TELEGRAM of 7001, not of 7002");
  }

  @Test
  void anAnswerToSomebodyElseIsMixedUp() {
    for (String provider : List.of("meta", "twilio")) {
      keeps(5, new History.Message(provider, "5", "+66811000005", "HOTEL1"));
      Destination destination = provider.equals("meta") ? Destination.META : Destination.TWILIO;
      happens(destination, "lead/5", HELLO.phone(), "");
      assertThat(faults())
          .contains(
              "Mixed up: lead/5 reached %s of +66811000001, not of +66811000005"
                  .formatted(destination));
      leads.remove(1);
      messages.remove(2);
    }
  }

  @Test
  void whateverIsToldOfTheWrongCustomerIsMixedUp() {
    keeps(2, new History.Message("generic", "2", "+66811000002", "HOTEL1"));
    happens(Destination.TELEGRAM, "lead/2", "7001", CUSTOMER);
    happens(Destination.SHEETS, "lead/2", "", CUSTOMER);
    happens(Destination.WEBHOOK, "lead/2 message 1", "", CUSTOMER + ", generic/2");
    String wrong = " of +66811000001 with code HOTEL1";
    String right = ", not of +66811000002 with code HOTEL1";
    assertThat(faults())
        .containsExactlyInAnyOrder(
            "Mixed up: lead/2 told TELEGRAM" + wrong + right,
            "Mixed up: lead/2 told SHEETS" + wrong + right,
            "Mixed up: lead/2 message 1 told WEBHOOK"
                + wrong
                + ", generic/2"
                + right
                + ", generic/2");
  }

  @Test
  void aLeadOfAPartnerWhomItsCustomerDidNotNameFirstIsMixedUp() {
    leads.set(0, new History.KeptLead(1, HELLO.phone(), "HOTEL2", "meta", 2));
    assertThat(faults())
        .contains("Mixed up: lead/1 is a lead of HOTEL2, and its customer wrote HOTEL1");
  }

  @Test
  void whoNamesASecondPartnerLaterStaysWithTheFirst() {
    keeps(1, new History.Message("meta", "wamid.3", HELLO.phone(), "HOTEL2"));
    leads.remove(1);
    leads.set(0, lead(1, HELLO, 3));
    happens(Destination.WEBHOOK, "lead/1 message 3", "", CUSTOMER + ", meta/wamid.3");
    assertThat(faults()).isEmpty();
  }

  @Test
  void furtherMessagesThatAreToldInAnotherOrderAreAFault() {
    leads.set(0, lead(1, HELLO, 4));
    for (int number : new int[] {3, 4}) {
      history.posted(again(number));
      messages.add(new History.KeptMessage(again(number).key(), 1));
    }
    for (int number : new int[] {4, 3}) {
      happens(
          Destination.WEBHOOK,
          "lead/1 message " + number,
          "",
          CUSTOMER + ", " + again(number).key());
    }
    assertThat(faults())
        .containsExactly(
            "Out of order: message 4 of lead/1 was told before the one that it follows");
  }

  @Test
  void theFirstMessageMayBeToldAfterTheSecondAndAnyMayComeAgain() {
    keeps(2, new History.Message("generic", "2", "+66811000002", "HOTEL1"));
    messages.add(new History.KeptMessage("generic/3", 2));
    history.posted(new History.Message("generic", "3", "+66811000002", "HOTEL1"));
    leads.set(1, new History.KeptLead(2, "+66811000002", "HOTEL1", "generic", 2));
    String customer = "+66811000002 with code HOTEL1";
    happens(Destination.WEBHOOK, "lead/2 message 2", "", customer + ", generic/3");
    happens(Destination.WEBHOOK, "lead/2 message 1", "", customer + ", generic/2");
    happens(Destination.TELEGRAM, "lead/2", "7001", customer);
    happens(Destination.SHEETS, "lead/2", "", customer);
    history.had(history.effects().get(history.effects().size() - 4));
    assertThat(faults()).isEmpty();
  }

  @Test
  void aReportThatArrivesTwiceIsADouble() {
    happens(Destination.TELEGRAM, REPORT, "7001", "");
    assertThat(faults()).containsExactly("Doubled: " + REPORT + " reached TELEGRAM 2 times");
  }

  /** A lead of one message, that nobody was told of. */
  private void keeps(long lead, History.Message message) {
    history.posted(message);
    messages.add(new History.KeptMessage(message.key(), lead));
    leads.add(lead(lead, message, 1));
  }

  private static History.KeptLead lead(long id, History.Message first, int messages) {
    return new History.KeptLead(id, first.phone(), first.code(), first.provider(), messages);
  }

  /** A further message of the customer. */
  private static History.Message again(int number) {
    return new History.Message("meta", "wamid." + number, HELLO.phone(), "HOTEL1");
  }

  private void isGivenUp(String delivery, int unheardOf) {
    givenUp.add(delivery);
    unknownOutcomes.put(delivery, unheardOf);
  }

  private void happens(Destination destination, String key, String to, String tells) {
    history.had(new History.Effect(destination, key, to, tells, "effect-" + ++effects, false));
  }

  /** Of the lead, and says so. */
  private void repeats(Destination destination, String to, String tells) {
    history.had(new History.Effect(destination, "lead/1", to, tells, "effect-" + ++effects, true));
  }

  private List<String> faults() {
    return verdict().faults();
  }

  private HistoryCheck.Verdict verdict() {
    return HistoryCheck.of(
        history, new History.Kept(messages, leads, givenUp, unknownOutcomes, deadLetters));
  }
}
