package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.Beside;
import io.leadhub.TestSettings;
import io.leadhub.attribution.AttributionDesk.Inquiry;
import io.leadhub.attribution.Decision.Kind;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.database.TestDatabase;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** What is gathered as evidence from messages of one batch, and of two at once. */
@Beside
class AttributionDeskTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final String THAI_PHONE = "+66812345678";

  private final DataSource database = TestDatabase.emptied(AttributionDeskTest.class).dataSource();
  private final JdbcTemplate jdbc = new JdbcTemplate(database);
  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(database));
  private final List<Entry> partners = new ArrayList<>();

  AttributionDeskTest() {
    transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    for (String code : List.of("HOTEL1", "BLOG22")) {
      Long id =
          jdbc.queryForObject(
              "insert into partners (code, name) values (?, ?) returning id",
              Long.class,
              code,
              code);
      partners.add(new Entry(id, code, code, "en", null));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"source_type\":\"ad\",\"source_id\":\"120210\",\"source_url\":\"https://fb.me/1\"}",
        "{\"source_id\":\"other\",\"source_url\":\"https://fb.me/ad77\"}"
      })
  void anAdIsItsPartnersByNumberOrAddress(String referral) {
    AttributionDesk desk =
        desk(
            "hub.attribution.ads[0].id", "120210",
            "hub.attribution.ads[0].partner", "HOTEL1",
            "hub.attribution.ads[1].id", "https://fb.me/ad77",
            "hub.attribution.ads[1].partner", "hotel1");

    Decision decision = decide(desk, message("Hello", referral, null)).get(0);

    assertThat(decision.kind()).isEqualTo(Kind.CREDIT);
    assertThat(decision.evidence())
        .returns("HOTEL1", one -> one.partner().code())
        .returns("ad", Evidence::rule)
        .returns(Certainty.SURE, Evidence::certainty);
  }

  @Test
  void anAdThatIsNotListedIsNobodys() {
    assertThat(decide(desk(), message("Hello", "{\"source_id\":\"1\"}", null)))
        .extracting(Decision::kind)
        .containsExactly(Kind.NOTHING);
  }

  @Test
  void nobodyIsGuessedWhereWhatsAppItselfSaysWhatBroughtTheSender() {
    click(partners.get(0), 3);
    assertThat(
            decide(
                desk(),
                message("Hello, is there a car?", "{\"source_id\":\"1\"}", null),
                message("Hello, code HOTEL1", "{\"source_id\":\"1\"}", null),
                message("Hello, is there a scooter?", null, null)))
        .as("and the click is left for who may have made it")
        .extracting(Decision::kind)
        .containsExactly(Kind.NOTHING, Kind.CREDIT, Kind.CREDIT);
  }

  @ParameterizedTest
  @CsvSource({"+79161234567, 👍, CREDIT", "+66812345678, 👍, CREDIT", "+34612345678, Да?, NOTHING"})
  void aClicksLanguageCountsOnlyWhereTheWordsTellOneSinceTravellersBuySims(
      String phone, String text, Kind kind) {
    click(partners.get(0), 3);
    Inquiry one = new Inquiry(text, phone, NOW, null, null, true, true, false, null, null);
    assertThat(decide(desk(), one)).extracting(Decision::kind).containsExactly(kind);
  }

  @Test
  void theFormsCodeComesBeforeOneInTheWords() {
    Decision decision = decide(desk(), message("Code: BLOG22", null, "hotel1")).get(0);
    assertThat(decision.evidence())
        .returns("HOTEL1", one -> one.partner().code())
        .returns("form", Evidence::rule);
  }

  @ParameterizedTest
  @CsvSource({"first, BLOG22", "last, HOTEL1"})
  void theFirstAndTheLastCodeAreThoseOfTheText(String which, String partner) {
    Decision decision =
        decide(
                desk("hub.attribution.several-codes", which),
                message("BLOG22 told me, or was it code: HOTEL1?", null, null))
            .get(0);
    assertThat(decision.evidence().partner().code()).isEqualTo(partner);
  }

  @Test
  void theReferenceOfAPartnerWhoIsNotActiveAnyMoreTellsNothing() {
    String reference = click(partners.get(0), 5);
    partners.remove(0);
    assertThat(decide(desk(), message("Hello #" + reference, null, null)))
        .extracting(Decision::kind)
        .containsExactly(Kind.NOTHING);
  }

  @Test
  void whoComesBackIsOfAnActivePartnerOnly() {
    AttributionDesk desk = desk("hub.attribution.repeat-customers", "previous");
    for (Entry partner : List.of(partners.get(0), new Entry(99, "GONE", "Gone", "en", null))) {
      Credit before = new Credit(partner.id(), partner.code(), "typo", Certainty.SUSPECTED);
      Inquiry back =
          new Inquiry("Hi", THAI_PHONE, NOW, null, null, false, true, false, null, before);
      Decision decision = decide(desk, back).get(0);
      assertThat(decision.credits()).isEqualTo(partner.id() != 99);
      if (decision.credits()) {
        assertThat(decision.evidence().certainty()).isEqualTo(Certainty.SUSPECTED);
      }
    }
  }

  @Test
  void aFormThatJoinsALeadSuggestsWhatOneThatOpensItCredits() {
    Inquiry joins =
        new Inquiry("Hi", THAI_PHONE, NOW, null, "HOTEL1", false, false, true, null, null);
    Inquiry opens =
        new Inquiry("Hi", THAI_PHONE, NOW, null, "HOTEL1", false, true, false, null, null);
    assertThat(decide(desk(), joins, opens))
        .extracting(Decision::kind)
        .containsExactly(Kind.SUGGEST, Kind.CREDIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Hello #%s", "code HOTEL1 #%s", "Hello, code HOTEL1", "BLOG22 or HOTEL1? #%s"})
  void aClickOfACustomerWhoHasALeadIsNotGuessedForAStranger(String text) {
    String reference = click(partners.get(0), 3);
    for (Entry owner : partners) {
      Credit has = new Credit(owner.id(), owner.code(), "keyword", Certainty.SURE);
      Inquiry again =
          new Inquiry(
              text.formatted(reference),
              THAI_PHONE,
              NOW,
              null,
              null,
              true,
              false,
              false,
              has,
              null);
      assertThat(decide(desk(), again, message("Hello, is there a car?", null, null)).get(1).kind())
          .isEqualTo(Kind.NOTHING);
    }
  }

  @Test
  void whoNamesAClickThatTellsNothingAnyMoreDidNotComeByAnother() {
    String old = click(partners.get(0), 8 * 24 * 60);
    click(partners.get(1), 3);
    assertThat(
            decide(
                desk(),
                message("Hello #" + old, null, null),
                message("Hello #" + ClickReference.next(), null, null),
                message("Hello, is there a car?", null, null)))
        .extracting(Decision::kind)
        .containsExactly(Kind.NOTHING, Kind.NOTHING, Kind.CREDIT);
  }

  @ParameterizedTest
  @CsvSource({"'Hello #', true", "'Hello, code HOTEL1', false", "'Hello', false"})
  void aPartnersTrialOfTheirOwnLinkIsNoClickOfAnybodyElse(String text, boolean withReference) {
    Entry hotel = partners.get(0);
    partners.set(0, new Entry(hotel.id(), hotel.code(), hotel.name(), "en", "+66811111111"));
    String reference = click(hotel, 3);
    Inquiry trial =
        new Inquiry(
            withReference ? text + reference : text,
            "+66811111111",
            NOW.minusSeconds(60),
            null,
            null,
            true,
            true,
            false,
            null,
            null);
    assertThat(decide(desk(), trial, message("Hello, is there a car?", null, null)))
        .extracting(Decision::kind)
        .containsExactly(Kind.AGAINST, Kind.NOTHING);
  }

  @Test
  void anAdOfAPartnerWhomNobodyKnowsIsWarnedAboutOnce() {
    AttributionDesk desk =
        desk("hub.attribution.ads[0].id", "77", "hub.attribution.ads[0].partner", "GONE9");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(AttributionDesk.class);
    logger.addAppender(log);
    try {
      decide(desk, message("Hello", "{\"source_id\":\"78\"}", null));
      assertThat(log.list).isEmpty();
      for (int i = 0; i < 2; i++) {
        decide(desk, message("Hello", "{\"source_id\":\"77\"}", null));
      }
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list)
        .singleElement()
        .returns(Level.WARN, ILoggingEvent::getLevel)
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("hub.attribution.ads", "GONE9");
  }

  @Test
  void amongMoreThanFiveHundredClicksNobodyIsGuessed() {
    jdbc.update(
        """
        insert into clicks (reference, partner_id, code, language, device, at)
        select concat('X', seq), ?, 'HOTEL1', 'en', 'phone', ? from seq_1_to_500
        """,
        partners.get(0).id(),
        NOW.minusSeconds(60));
    assertThat(decide(desk(), message("Hello there", null, null)).get(0).credits()).isTrue();

    click(partners.get(0), 29);
    assertThat(decide(desk(), message("Hello there", null, null)))
        .extracting(Decision::kind)
        .containsExactly(Kind.NOTHING);
  }

  @Test
  void aClickThatAReferenceNamesIsNotGuessedForAnother() {
    String reference = click(partners.get(0), 5);
    List<Decision> decisions =
        decide(
            desk(),
            message("Hello, is there a car?", null, null),
            message("Hello #" + reference, null, null));
    assertThat(decisions).extracting(Decision::kind).containsExactly(Kind.NOTHING, Kind.CREDIT);
  }

  @Test
  void whoWritesNoCodeIsNotGuessedToHaveClickedWhatAnotherWithItsCodeDid() {
    click(partners.get(0), 3);
    List<Decision> decisions =
        decide(
            desk(),
            message("Hello, is there a car?", null, null),
            message("Hello, code HOTEL1", null, null));
    assertThat(decisions).extracting(Decision::kind).containsExactly(Kind.NOTHING, Kind.CREDIT);
  }

  @Test
  void aCodeTakesOneClickOfItsPartnerAndLeavesTheOthers() {
    click(partners.get(0), 3);
    click(partners.get(0), 2);
    List<Decision> decisions =
        decide(
            desk(),
            message("Hello, is there a car?", null, null),
            message("Hello, code HOTEL1", null, null),
            message("Hello, code BLOG22", null, null));
    assertThat(decisions)
        .extracting(one -> one.evidence().rule())
        .containsExactly("click-guess", "keyword", "keyword");
  }

  /**
   * Skipped rows would leave no candidate, rows read as they were would leave both: only who waits
   * sees the one that is left.
   */
  @Test
  void aGuessWaitsForAnotherThatLooksAtTheSameClicks() throws Exception {
    click(partners.get(0), 5);
    click(partners.get(1), 4);
    AttributionDesk desk = desk();
    CountDownLatch looked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);

    CompletableFuture<Void> first =
        CompletableFuture.runAsync(
            () ->
                transaction.executeWithoutResult(
                    status -> {
                      desk.decide(List.of(message("Hello there", null, null)));
                      jdbc.update(
                          "update clicks set partner_id = null where partner_id = ?",
                          partners.get(0).id());
                      looked.countDown();
                      await(goOn);
                    }));
    await(looked);
    CompletableFuture<List<Decision>> second =
        CompletableFuture.supplyAsync(() -> decide(desk, message("Hello there", null, null)));
    Awaitility.await().until(() -> second.isDone() || somebodyWaitsForALock());
    goOn.countDown();
    first.join();

    assertThat(second.join())
        .extracting(one -> one.kind() + " " + one.evidence().partner().code())
        .containsExactly("CREDIT BLOG22");
  }

  private boolean somebodyWaitsForALock() {
    return !jdbc.queryForList(
            """
            select t.trx_id from information_schema.innodb_trx t
            join information_schema.processlist p on p.id = t.trx_mysql_thread_id
            where p.db = database() and t.trx_state = 'LOCK WAIT'
            """)
        .isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private String click(Entry partner, int minutesBefore) {
    String reference = ClickReference.next();
    jdbc.update(
        """
        insert into clicks (reference, partner_id, code, language, device, at)
        values (?, ?, ?, 'en', 'phone', ?)
        """,
        reference,
        partner.id(),
        partner.code(),
        NOW.minusSeconds(60L * minutesBefore));
    return reference;
  }

  private static Inquiry message(String text, String referral, String code) {
    return new Inquiry(text, THAI_PHONE, NOW, referral, code, true, true, false, null, null);
  }

  private List<Decision> decide(AttributionDesk desk, Inquiry... messages) {
    return transaction.execute(
        status ->
            desk.decide(List.of(messages)).stream()
                .map(AttributionDesk.Outcome::decision)
                .toList());
  }

  private AttributionDesk desk(String... settings) {
    AttributionSettings rules = TestSettings.of(AttributionSettings.class, settings);
    PhoneNumbers phones = new PhoneNumbers();
    return new AttributionDesk(
        new AttributionRules(rules),
        rules,
        TestCodes.extractor(List.copyOf(partners)),
        () -> List.copyOf(partners),
        new Clicks(jdbc),
        new ClickGuess(phones, rules),
        new Languages(phones, TestSettings.of()),
        new ObjectMapper());
  }
}
