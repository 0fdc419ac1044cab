package io.leadhub.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.database.TestDatabase;
import io.leadhub.partner.PartnerFields.Change;
import io.leadhub.partner.PartnerImport.Changed;
import io.leadhub.partner.PartnerImport.Problem;
import io.leadhub.partner.PartnerImport.Result;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Partners by a table that somebody keeps in a spreadsheet. */
class PartnerImportTest {

  private static final String HEADER = "code,name,locale,timeZone,phone,telegramChatId,active\n";

  private final DataSource database = TestDatabase.emptied(PartnerImportTest.class).dataSource();
  private final JdbcTemplate jdbc = new JdbcTemplate(database);
  private final PartnerBook book = PartnerBookTest.book(jdbc);
  private final PartnerImport imports = new PartnerImport(book, PartnerBookTest.fields());
  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(database));

  @Test
  void aPreviewTellsWhatWouldChangeAndChangesNothing() {
    applies(HEADER + "HOTEL1,Sea View,ru,,,1001,\nBLOG22,Blog,en,,,,\n");

    Result preview =
        previews(HEADER + "hotel1,Sea View,en,,,1001,\nBLOG22,Blog,en,,,,\nCAFE7,Cafe,th,,,,no\n");

    assertThat(preview.applied()).isFalse();
    assertThat(preview.errors()).isEmpty();
    assertThat(preview.change())
        .containsExactly(new Changed("HOTEL1", Map.of("locale", new Change("ru", "en"))));
    assertThat(preview.unchanged()).isEqualTo(1);
    assertThat(preview.create()).hasSize(1);
    assertThat(preview.create().get(0))
        .containsEntry("code", "CAFE7")
        .containsEntry("name", "Cafe")
        .containsEntry("locale", "th")
        .containsEntry("active", false);
    assertThat(book.all()).extracting(Partner::code).containsExactly("HOTEL1", "BLOG22");
    assertThat(book.get("HOTEL1").locale()).isEqualTo("ru");
  }

  @Test
  void whatAFileTellsIsAppliedAndTheSameFileAgainChangesNothing() {
    String file =
        HEADER
            + "hotel1,\"Sea \"\"View\"\", Phuket\",ru,Asia/Bangkok,+66 81 234 5678,-1001 1002,yes\n"
            + "ร้านดี,ร้านดี,th,,,,\n";

    Result first = applies(file);
    Result second = applies(file);

    assertThat(first.applied()).isTrue();
    assertThat(first.create()).hasSize(2);
    Partner hotel = book.get("HOTEL1");
    assertThat(hotel)
        .isEqualTo(
            new Partner(
                hotel.id(),
                "HOTEL1",
                "Sea \"View\", Phuket",
                "ru",
                "Asia/Bangkok",
                "+66812345678",
                true,
                List.of(-1001L, 1002L)));
    assertThat(second.create()).isEmpty();
    assertThat(second.change()).isEmpty();
    assertThat(second.unchanged()).isEqualTo(2);
  }

  @Test
  void anEmptyCellAndAMissingColumnLeaveAFieldAlone() {
    applies(HEADER + "HOTEL1,Sea View,ru,Asia/Bangkok,+66812345678,1001,no\n");

    applies(HEADER + "HOTEL1,,,,,,\n");
    applies("code,name\nHOTEL1,Sea Views\n");

    Partner hotel = book.get("HOTEL1");
    assertThat(hotel.name()).isEqualTo("Sea Views");
    assertThat(hotel.locale()).isEqualTo("ru");
    assertThat(hotel.timeZone()).isEqualTo("Asia/Bangkok");
    assertThat(hotel.phone()).isEqualTo("+66812345678");
    assertThat(hotel.telegramChatIds()).containsExactly(1001L);
    assertThat(hotel.active()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code;name;active\r\nHOTEL1;Sea View, Phuket;true\r\n",
        "\uFEFFName,CODE\nSea View,HOTEL1",
        "Telegram chat ID,Time zone,code,name\n,,HOTEL1,Sea View\n\n\n"
      })
  void whateverASpreadsheetMakesOfItIsRead(String file) {
    assertThat(applies(file).errors()).isEmpty();

    assertThat(book.get("HOTEL1").name()).startsWith("Sea View");
  }

  @Test
  void everythingThatIsWrongIsToldWithItsLineAndNothingIsApplied() {
    applies(HEADER + "HOTEL1,Sea View,ru,,,,\n");

    Result result =
        applies(
            HEADER
                + "GOOD1,\"Two\nlines\",en,,,,\n"
                + "x,Short,en,,,,\n"
                + "NONAME,,english,Asia/Atlantis,12,@me,perhaps\n"
                + "good1,Again,en,,,,\n"
                + "H0TEL1,Look-alike,en,,,,\n"
                + "CAFE7,Cafe,en,,,,,more\n"
                + "CODE10,Ten,en,,,,\n"
                + "CODE1O,Tee,en,,,,\n");

    assertThat(result.applied()).isFalse();
    assertThat(result.errors())
        .containsExactly(
            new Problem(
                4, "code must be 2 to 32 letters, digits, - or _, the first a letter or a digit"),
            new Problem(
                5,
                "locale must be a language such as ru, en or th;"
                    + " timeZone must be a name such as Asia/Bangkok;"
                    + " phone must be an international number such as +66812345678;"
                    + " telegramChatIds must hold numbers of Telegram chats, such as -1001234567890;"
                    + " active must be true or false; name must not be blank"),
            new Problem(6, "code GOOD1 stands in line 2 already"),
            new Problem(7, "It looks like HOTEL1, which another partner has."),
            new Problem(8, "it has more cells than there are columns"),
            new Problem(10, "It looks like CODE10 in line 9."));
    assertThat(book.all()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | The file is empty",
        "name⏎Dana | no column code",
        "code,nickname⏎A1,B | “nickname” is none of them",
        "code,name,Code⏎A1,B,A2 | “Code” is none of them or stands there twice",
        "code,name⏎A1,\"B | no CSV from here on"
      })
  void aFileThatIsNoTableOfPartnersIsRefused(String file, String problem) {
    Result result = applies(file.replace('⏎', '\n'));

    assertThat(result.applied()).isFalse();
    assertThat(result.errors()).hasSize(1);
    assertThat(result.errors().get(0).problem()).contains(problem);
  }

  @Test
  void anAlphabetThatIsNotUtf8IsRefusedBeforeNamesAreGarbled() {
    byte[] file =
        (HEADER + "HOTEL1,Hotel,ru,,,,\nMASHA,Маша,ru,,,,\n")
            .getBytes(Charset.forName("windows-1251"));

    Result result = imports.run(file, false);

    assertThat(result.errors())
        .containsExactly(
            new Problem(3, "Malformed UTF-8 at line 3: save the file as “CSV UTF-8”."));
    assertThat(book.all()).isEmpty();
  }

  @Test
  void aCodeThatIsTakenMeanwhileUndoesTheWholeFile() {
    applies("code,name\nร้านดี1,Shop\n");

    assertThatThrownBy(() -> applies("code,name\nNEW1,New\nรานดี1,Shop\n"))
        .as("the same for the database, another one for us")
        .isInstanceOf(PartnerRefusedException.class)
        .hasMessageContaining("Nothing was applied");
    assertThat(book.all()).extracting(Partner::code).containsExactly("ร้านดี1");
  }

  @Test
  void ofManyErrorsTheFirstHundredAreToldAndHowManyMore() {
    Result result = applies("code,name\n" + "x,Short\n".repeat(130));

    assertThat(result.errors()).hasSize(100);
    assertThat(result.errors().get(99).line()).isEqualTo(101);
    assertThat(result.moreErrors()).isEqualTo(30);
  }

  @Test
  void aFileOfMoreThanTwentyThousandPartnersIsRefusedAtOnce() {
    Result result = applies("code,name\n" + "x,Short\n".repeat(20_001));

    assertThat(result.errors())
        .containsExactly(new Problem(20_002, "The file has more than 20000 partners: split it."));
  }

  @Test
  void twoThousandRowsTakeSeconds() {
    String file =
        HEADER
            + IntStream.range(0, 2_000)
                .mapToObj(i -> "P" + Integer.toString(i, 5) + "X,Partner " + i + ",en,,," + i + ",")
                .collect(Collectors.joining("\n"));
    Instant start = Instant.now();

    assertThat(applies(file).create()).hasSize(2_000);
    assertThat(applies(file).unchanged()).isEqualTo(2_000);
    assertThat(applies(file.replace(",en,", ",th,")).change()).hasSize(2_000);

    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }

  private Result previews(String file) {
    return imports.run(file.getBytes(StandardCharsets.UTF_8), true);
  }

  private Result applies(String file) {
    return transaction.execute(any -> imports.run(file.getBytes(StandardCharsets.UTF_8), false));
  }
}
