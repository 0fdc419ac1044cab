package io.leadhub.partner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.database.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PartnersTest {

  private final JdbcTemplate jdbc = new JdbcTemplate(TestDatabase.fresh().migrate().dataSource());
  private final Partners partners = new Partners(jdbc);

  @Test
  void activePartnersAreToldInAnyScript() {
    long latin = partner("ABC123");
    long cyrillic = partner("МАША");
    long thai = partner("ร้านดี");
    long resting = partner("REST1");
    jdbc.update("update partners set active = false where id = ?", resting);

    assertThat(partners.active())
        .containsExactly(entry(latin, "ABC123"), entry(cyrillic, "МАША"), entry(thai, "ร้านดี"));
  }

  @Test
  void whoeverIsAddedOrChangedByWhateverHandIsSeenAtOnce() {
    long one = partner("ONE1");
    assertThat(partners.active()).containsExactly(entry(one, "ONE1"));
    long two = partner("TWO2");
    assertThat(partners.active()).containsExactly(entry(one, "ONE1"), entry(two, "TWO2"));
    jdbc.update("update partners set code = 'THREE3' where id = ?", one);
    assertThat(partners.active()).containsExactly(entry(one, "THREE3"), entry(two, "TWO2"));
    jdbc.update("update partners set active = false where id = ?", one);
    assertThat(partners.active()).containsExactly(entry(two, "TWO2"));
  }

  @Test
  void theListStaysTheSameAsLongAsNobodyChanged() {
    long one = partner("ONE1");
    List<Entry> before = partners.active();
    assertThat(partners.active()).isSameAs(before);
    jdbc.update("update partners set time_zone = 'Asia/Bangkok' where id = ?", one);
    assertThat(partners.active()).isSameAs(before);
  }

  private static Entry entry(long id, String code) {
    return new Entry(id, code, "Partner", "en", null);
  }

  private long partner(String code) {
    return jdbc.queryForObject(
        "insert into partners (code, name) values (?, 'Partner') returning id", Long.class, code);
  }
}
