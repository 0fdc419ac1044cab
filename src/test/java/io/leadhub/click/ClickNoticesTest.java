package io.leadhub.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.TestSettings;
import io.leadhub.attribution.PartnerDirectory.Entry;
import jakarta.validation.Validation;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClickNoticesTest {

  private static final Map<String, Object> CLICK =
      Map.of(
          "reference",
          "R7M2QX9H",
          "partnerId",
          7,
          "partnerCode",
          "HOTEL1",
          "at",
          "2026-11-26T08:00:00Z");

  private Instant now = Instant.parse("2026-11-26T08:00:01Z");

  @Test
  void aClickThatIsNoNewsAnyMoreIsNotTold() {
    now = Instant.parse("2026-11-26T08:15:00Z");
    assertThat(notices().worthTelling(CLICK)).isNotNull();
    now = now.plusSeconds(1);
    assertThat(notices().worthTelling(CLICK)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"15m, 900", "2h, 7200", "1d, 86400", "30s, 30", "0, 0"})
  void aClickWaitsForAsLongAsConfiguredAfterTheLastNotice(String every, long seconds) {
    assertThat(notices("hub.clicks.tell-every", every).worthTelling(CLICK))
        .containsAllEntriesOf(CLICK)
        .containsEntry("partnerName", "Grand Hotel")
        .containsEntry("partnerLocale", "ru")
        .containsEntry("seconds", seconds);
  }

  @Test
  void nobodyIsToldWhereNoticesAreOffOrNobodyIsNamed() {
    assertThat(notices("hub.clicks.tell-every", "never").worthTelling(CLICK)).isNull();
    assertThat(notices("hub.clicks.tell", "").worthTelling(CLICK)).isNull();
  }

  @Test
  void nobodyIsToldOfAnUnknownCodeOrOfAPartnerWhoRests() {
    Map<String, Object> unknown = new HashMap<>(CLICK);
    unknown.put("partnerId", null);
    assertThat(notices().worthTelling(unknown)).isNull();
    unknown.put("partnerId", 8);
    assertThat(notices().worthTelling(unknown)).isNull();
  }

  @Test
  void thePartnerIsToldUnlessSomebodyElseIsNamed() {
    assertThat(notices().tellsThePartner()).isTrue();
    assertThat(notices().tellsTheOwner()).isFalse();
    ClickNotices owners =
        notices("hub.clicks.tell[0]", "owner", "hub.owner.telegram-chat-id", "42");
    assertThat(owners.tellsThePartner()).isFalse();
    assertThat(owners.tellsTheOwner()).isTrue();
    assertThat(owners.toOwner(" Text\n"))
        .isEqualTo(Map.of("chatId", 42L, "text", "Text", "language", "en"));
  }

  @Test
  void anOwnerWithoutAChatIsNotTold() {
    assertThat(notices("hub.clicks.tell[0]", "owner").tellsTheOwner()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"15", "m", "-5m", "1w", "Never", ""})
  void aTimeThatIsNoneStopsTheStart(String every) {
    try (var factory = Validation.buildDefaultValidatorFactory()) {
      ClickSettings settings = TestSettings.of(ClickSettings.class, "hub.clicks.tell-every", every);
      assertThat(factory.getValidator().validate(settings))
          .singleElement()
          .satisfies(wrong -> assertThat(wrong.getMessage()).contains("15m", "never"));
    }
  }

  @Test
  void whoTellsNobodyHasNoPause() {
    ClickSettings settings = TestSettings.of(ClickSettings.class, "hub.clicks.tell-every", "never");
    assertThatThrownBy(settings::pauseBetweenNotices).isInstanceOf(IllegalStateException.class);
  }

  private ClickNotices notices(String... settings) {
    return new ClickNotices(
        TestSettings.of(ClickSettings.class, settings),
        TestSettings.of(settings),
        () -> List.of(new Entry(7, "HOTEL1", "Grand Hotel", "ru", null)),
        Clock.fixed(now, ZoneOffset.UTC));
  }
}
