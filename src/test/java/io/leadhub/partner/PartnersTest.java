package io.leadhub.partner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.database.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PartnersTest {

  private final JdbcTemplate jdbc = new JdbcTemplate(TestDatabase.fresh().migrate().dataSource());
  private final Partners partners = new Partners(jdbc, new ObjectMapper());

  @Test
  void activePartnersAreFoundByTheirCodesInAnyScript() {
    long latin = partner("ABC123");
    long cyrillic = partner("МАША");
    long thai = partner("ร้านดี");
    long resting = partner("REST1");
    jdbc.update("update partners set active = false where id = ?", resting);

    assertThat(partners.byCodes(List.of("ABC123", "МАША", "ร้านดี", "REST1", "NOBODY", "'\"\\")))
        .isEqualTo(
            Map.of(
                "ABC123", new Entry(latin, "ABC123"),
                "МАША", new Entry(cyrillic, "МАША"),
                "ร้านดี", new Entry(thai, "ร้านดี")));
    assertThat(partners.byCodes(List.of())).isEmpty();
  }

  @Test
  void aCodeWrittenWithOtherAccentsIsToldAsItWasIssued() {
    long cafe = partner("CAFÉ");
    assertThat(partners.byCodes(List.of("CAFE", "CAFÉ")))
        .isEqualTo(Map.of("CAFE", new Entry(cafe, "CAFÉ"), "CAFÉ", new Entry(cafe, "CAFÉ")));
  }

  private long partner(String code) {
    return partners.create(code, "Partner", "en", null, null);
  }
}
