package io.leadhub.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.TestSettings;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.attribution.TestCodes;
import io.leadhub.database.TestDatabase;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.partner.PartnerRefusedException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PartnerBookTest {

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(PartnerBookTest.class).dataSource());
  private final PartnerBook book = book(jdbc);

  static PartnerBook book(JdbcTemplate jdbc) {
    return new PartnerBook(jdbc, fields(), TestCodes.lint(), TestCodes.issued());
  }

  static PartnerFields fields() {
    return new PartnerFields(new PhoneNumbers(), TestSettings.of());
  }

  @Test
  void aNewPartnerIsKeptWithEverythingThatIsTold() {
    Partner partner =
        book.create(
            "hotel1",
            Map.of(
                "name", " Sea View ",
                "locale", "ru",
                "timeZone", "Asia/Bangkok",
                "phone", "+66 81 234-5678",
                "telegramChatIds", List.of(-100123L, 7, 7)));

    assertThat(partner)
        .isEqualTo(
            new Partner(
                partner.id(),
                "HOTEL1",
                "Sea View",
                "ru",
                "Asia/Bangkok",
                "+66812345678",
                true,
                List.of(-100123L, 7L)));
    assertThat(book.get("Hotel1")).isEqualTo(partner);
  }

  @Test
  void whoBringsNoCodeIsIssuedOne() {
    String first = book.create(null, named("One")).code();
    String second = book.create(" ", named("Two")).code();

    assertThat(first).hasSizeGreaterThan(4).isNotEqualTo(second);
    assertThat(book.get(first).name()).isEqualTo("One");
    assertThat(book.get(first).locale()).isEqualTo("en");
  }

  @Test
  void aCodeThatIsTakenOrLooksLikeAnotherIsRefusedAlsoWhenThatPartnerRests() {
    book.create("HOTEL1", named("Hotel"));
    book.change("HOTEL1", Map.of("active", false));

    assertRefused(Reason.TAKEN, "hotel1", "HOTEL1 is taken");
    assertRefused(Reason.TAKEN, "H0TEL1", "looks like HOTEL1");
    assertThat(book.all()).hasSize(1);
  }

  @Test
  void aCodeThatIsTheSameForTheDatabaseIsRefusedInWords() {
    book.create("ร้านดี1", named("Shop"));

    assertRefused(Reason.TAKEN, "รานดี1", "taken");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() -> book.create("x", Map.of("locale", "english", "phone", "12")))
        .isInstanceOf(PartnerRefusedException.class)
        .hasMessageContaining("code must be")
        .hasMessageContaining("name must not be blank")
        .hasMessageContaining("locale must be")
        .hasMessageContaining("phone must be");
  }

  @Test
  void whatIsToldIsChangedAndWhatIsNotStays() {
    book.create("HOTEL1", Map.of("name", "Hotel", "phone", "+66812345678"));

    Partner partner = book.change("hotel1", Map.of("name", "Villa", "telegramChatIds", List.of(5)));

    assertThat(partner.name()).isEqualTo("Villa");
    assertThat(partner.phone()).isEqualTo("+66812345678");
    assertThat(partner.telegramChatIds()).containsExactly(5L);
    assertThat(book.change("HOTEL1", Map.of("telegramChatIds", List.of())).telegramChatIds())
        .isEmpty();
    assertThat(book.change("HOTEL1", Collections.singletonMap("phone", null)).phone()).isNull();
  }

  @Test
  void nullEmptiesWhatMayBeEmptyAndMakesTheLanguageTheDefault() {
    Partner before =
        book.create(
            "HOTEL1",
            Map.of(
                "name", "Hotel",
                "locale", "ru",
                "timeZone", "Asia/Bangkok",
                "phone", "+66812345678",
                "telegramChatIds", List.of(5, 6)));
    Map<String, Object> asked = new HashMap<>();
    for (String field : List.of("locale", "timeZone", "phone", "telegramChatIds")) {
      asked.put(field, null);
    }

    assertThat(book.change("HOTEL1", asked))
        .isEqualTo(new Partner(before.id(), "HOTEL1", "Hotel", "en", null, null, true, List.of()));
    assertThat(book.change("HOTEL1", asked)).as("again").isEqualTo(book.get("HOTEL1"));
  }

  @ParameterizedTest
  @CsvSource({
    "code, NEW1, never changed",
    "nickname, x, is no field",
    "name, , must not be blank",
    "name, 7, must not be blank",
    "active, yes, must be true or false",
    "active, , must be true or false",
    "locale, english, must be a language",
    "timeZone, Mars, must be a name",
    "telegramChatIds, 5, must be a list"
  })
  void whatCanNotBeIsRefusedAndChangesNothing(String field, String value, String problem) {
    Partner before = book.create("HOTEL1", named("Hotel"));
    Object told = "7".equals(value) ? Integer.valueOf(7) : value;
    Map<String, Object> asked = new HashMap<>(Map.of("name", "Villa"));
    asked.put(field, told);

    assertThatThrownBy(() -> book.change("HOTEL1", asked))
        .isInstanceOf(PartnerRefusedException.class)
        .hasMessageStartingWith(field)
        .hasMessageContaining(problem);
    assertThat(book.get("HOTEL1")).isEqualTo(before);
  }

  @Test
  void aCodeOfNobodyIsToldInWords() {
    assertThatThrownBy(() -> book.get("GHOST"))
        .isInstanceOfSatisfying(
            PartnerRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN))
        .hasMessage("No partner has the code GHOST.");
  }

  @Test
  void partnersAreFoundByPartOfCodeOrNameAndByWhetherTheyRest() {
    for (String code : List.of("HOTEL1", "BLOG22", "X_1", "XY1")) {
      book.create(code, named("Partner of " + code));
    }
    book.change("BLOG22", Map.of("active", false));

    assertThat(codes(null, null)).containsExactly("XY1", "X_1", "BLOG22", "HOTEL1");
    assertThat(codes(true, null)).containsExactly("XY1", "X_1", "HOTEL1");
    assertThat(codes(false, null)).containsExactly("BLOG22");
    assertThat(codes(null, "hot")).containsExactly("HOTEL1");
    assertThat(codes(null, "of blog")).containsExactly("BLOG22");
    assertThat(codes(null, "X_")).as("no wildcard").containsExactly("X_1");
    long third = book.get("BLOG22").id();
    assertThat(book.list(null, null, third, 10))
        .extracting(Partner::code)
        .containsExactly("HOTEL1");
  }

  @Test
  void anUnwiseCodeIsTakenAndWarnedOf() {
    Partner digits = book.create("2026", named("Year"));
    Partner mixed = book.create("HOTEL1", named("Hotel"));

    assertThat(book.warnings(digits)).isNotEmpty().allMatch(text -> text.endsWith("."));
    assertThat(book.warnings(mixed)).isEmpty();
  }

  @Test
  void whatIsUnwiseIsToldAnewWhenAnotherCodeComesAndIsNeverAboutItself() {
    Partner hotel = book.create("HOTEL1", named("Hotel"));
    assertThat(book.warnings(hotel)).isEmpty();

    book.create("HOTEL2", named("Other hotel"));

    assertThat(book.warnings(hotel)).singleElement().asString().contains("HOTEL2");
  }

  @Test
  void allCodesAreReadOnlyWhenOneCameOrWent() {
    book.create("HOTEL1", named("Hotel"));
    List<Entry> before = book.everybody();

    book.change("HOTEL1", Map.of("name", "Villa", "active", false));
    assertThat(book.everybody()).isSameAs(before);

    jdbc.update("update partners set code = 'HOTEL2'");
    assertThat(book.everybody()).extracting(Entry::code).containsExactly("HOTEL2");
  }

  @Test
  void ofTwoCodesThatLookAlikeAndComeInTheSameMomentOneIsRefused() throws Exception {
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(jdbc.getDataSource()));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 10; round < 20; round++) {
        CyclicBarrier together = new CyclicBarrier(2);
        List<Future<Boolean>> created = new ArrayList<>();
        for (String code : List.of("CODE" + round + "O", "CODE" + round + "0")) {
          created.add(
              threads.submit(
                  () -> {
                    together.await();
                    try {
                      transaction.executeWithoutResult(any -> book.create(code, named("One")));
                      return true;
                    } catch (PartnerRefusedException refused) {
                      return false;
                    }
                  }));
        }
        assertThat(List.of(created.get(0).get(), created.get(1).get()))
            .containsExactlyInAnyOrder(true, false);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private List<String> codes(Boolean active, String words) {
    return book.list(active, words, null, 10).stream().map(Partner::code).toList();
  }

  private void assertRefused(Reason reason, String code, String... words) {
    assertThatThrownBy(() -> book.create(code, named("Other")))
        .isInstanceOfSatisfying(
            PartnerRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(reason))
        .satisfies(
            refused ->
                assertThat(refused.getMessage()).contains(new ArrayList<>(Arrays.asList(words))));
  }

  private static Map<String, Object> named(String name) {
    return Map.of("name", name);
  }
}
