package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.TestSettings;
import io.leadhub.attribution.AttributionDesk.Inquiry;
import io.leadhub.database.TestDatabase;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Messages that are decided together, and the clicks that they may have come of. */
class AttributionDeskTest {

  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

  private final DataSource database = TestDatabase.fresh().migrate().dataSource();
  private final JdbcTemplate jdbc = new JdbcTemplate(database);
  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(database));
  private final List<PartnerDirectory.Entry> partners = TestCodes.partners("HOTEL1", "BLOG22");
  private final AttributionDesk desk = desk();

  AttributionDeskTest() {
    for (PartnerDirectory.Entry partner : partners) {
      jdbc.update(
          "insert into partners (id, code, name) values (?, ?, 'Partner')",
          partner.id(),
          partner.code());
    }
  }

  @Test
  void whoWritesNoCodeIsNotGuessedToHaveClickedWhatAnotherWithItsCodeDid() {
    clicked("HOTEL1", Duration.ofMinutes(3));

    List<Decision> decisions = decide(message("Hello, a car?"), message("Hello, code HOTEL1"));

    assertThat(decisions.get(0).kind()).isEqualTo(Decision.Kind.NOTHING);
    assertThat(decisions.get(1).evidence().rule()).isEqualTo("keyword");
  }

  @Test
  void aCodeTakesOneClickOfItsPartnerAndLeavesTheOthers() {
    clicked("HOTEL1", Duration.ofMinutes(3));
    clicked("HOTEL1", Duration.ofMinutes(2));

    List<Decision> decisions = decide(message("Hello, a car?"), message("Hello, code HOTEL1"));

    assertThat(decisions.get(0).evidence().rule()).isEqualTo("click-guess");
  }

  @Test
  void aCodeOfAnotherPartnerTakesNoClick() {
    clicked("HOTEL1", Duration.ofMinutes(3));

    List<Decision> decisions = decide(message("Hello, a car?"), message("Hello, code BLOG22"));

    assertThat(decisions.get(0).evidence().partner().code()).isEqualTo("HOTEL1");
  }

  private List<Decision> decide(Inquiry... inquiries) {
    return transaction.execute(status -> desk.decide(List.of(inquiries)));
  }

  private static Inquiry message(String text) {
    return new Inquiry(text, "+66812345678", NOW, null, null, true, null, null);
  }

  private void clicked(String code, Duration ago) {
    jdbc.update(
        """
        insert into clicks (reference, partner_id, code, device, at)
        select ?, id, code, 'phone', ? from partners where code = ?
        """,
        ClickReference.next(),
        NOW.minus(ago),
        code);
  }

  private AttributionDesk desk() {
    AttributionSettings settings = TestSettings.of(AttributionSettings.class);
    PhoneNumbers phoneNumbers = new PhoneNumbers();
    return new AttributionDesk(
        new AttributionRules(settings),
        settings,
        TestCodes.extractor(partners),
        () -> partners,
        new Clicks(jdbc),
        new ClickGuess(phoneNumbers, settings),
        new Languages(phoneNumbers, TestSettings.of()),
        new ObjectMapper());
  }
}
