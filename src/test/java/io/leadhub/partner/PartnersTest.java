package io.leadhub.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.database.TestDatabase;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

class PartnersTest {

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(PartnersTest.class).dataSource());
  private final Partners partners = new Partners(jdbc);

  @Test
  void activePartnersAreToldInAnyScript() {
    long latin = partner("ABC123");
    long cyrillic = partner("МАША");
    long thai = partner("ร้านดี");
    long resting = partner("REST1");
    jdbc.update("update partners set active = false where id = ?", resting);

    assertThat(partners.all())
        .containsExactly(
            entry(latin, "ABC123"),
            entry(cyrillic, "МАША"),
            entry(thai, "ร้านดี"),
            resting(resting, "REST1"));
  }

  @Test
  void whoeverIsAddedOrChangedByWhateverHandIsSeenAtOnce() {
    long one = partner("ONE1");
    assertThat(partners.all()).containsExactly(entry(one, "ONE1"));
    long two = partner("TWO2");
    assertThat(partners.all()).containsExactly(entry(one, "ONE1"), entry(two, "TWO2"));
    jdbc.update("update partners set code = 'THREE3' where id = ?", one);
    assertThat(partners.all()).containsExactly(entry(one, "THREE3"), entry(two, "TWO2"));
    jdbc.update("update partners set active = false where id = ?", one);
    assertThat(partners.all()).containsExactly(resting(one, "THREE3"), entry(two, "TWO2"));
  }

  @Test
  void theListStaysTheSameAsLongAsNobodyChanged() {
    long one = partner("ONE1");
    List<Entry> before = partners.all();
    assertThat(partners.all()).isSameAs(before);
    jdbc.update("update partners set time_zone = 'Asia/Bangkok' where id = ?", one);
    assertThat(partners.all()).isSameAs(before);
  }

  @Test
  void whileTheDatabaseDoesNotAnswerPartnersAreKnownAsTheyLastWere() throws Exception {
    long one = partner("ONE1");
    DataSource real = jdbc.getDataSource();
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean away = new AtomicBoolean();
    DataSource fragile = mock(DataSource.class);
    when(fragile.getConnection())
        .then(
            call -> {
              asked.incrementAndGet();
              if (away.get()) {
                throw new SQLTransientConnectionException("away");
              }
              return real.getConnection();
            });
    Partners partners = new Partners(new JdbcTemplate(fragile));
    partners.remember();

    away.set(true);
    asked.set(0);
    assertThat(partners.all()).containsExactly(entry(one, "ONE1"));
    assertThat(partners.all()).containsExactly(entry(one, "ONE1"));
    assertThat(asked).as("nobody waits for it again at once").hasValue(1);

    away.set(false);
    long two = partner("TWO2");
    await()
        .untilAsserted(
            () ->
                assertThat(partners.all()).containsExactly(entry(one, "ONE1"), entry(two, "TWO2")));
  }

  @Test
  void aDatabaseThatNeverAnsweredIsAnError() throws Exception {
    DataSource away = mock(DataSource.class);
    when(away.getConnection()).thenThrow(new SQLTransientConnectionException("away"));
    assertThatThrownBy(new Partners(new JdbcTemplate(away))::all)
        .isInstanceOf(DataAccessException.class);
  }

  private static Entry resting(long id, String code) {
    return new Entry(id, code, "Partner", "en", null, false);
  }

  private static Entry entry(long id, String code) {
    return new Entry(id, code, "Partner", "en", null);
  }

  private long partner(String code) {
    return jdbc.queryForObject(
        "insert into partners (code, name) values (?, 'Partner') returning id", Long.class, code);
  }
}
