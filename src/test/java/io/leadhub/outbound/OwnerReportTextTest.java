package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The owner's report says the same in every language. */
class OwnerReportTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void everyNumberIsInTheReport(String language) throws Exception {
    assertThat(words(language, report()).lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("<b>").endsWith(" 2026-11-14</b>"),
            line -> assertThat(line).endsWith(": 1012"),
            line ->
                assertThat(line)
                    .startsWith("• A&amp;B (<code>HOTEL1</code>): 1005, ")
                    .contains("1006"),
            line -> assertThat(line).startsWith("• ").endsWith(": 7"),
            line -> assertThat(line).containsSubsequence("3001", "3002"),
            line -> assertThat(line).endsWith(": 3003"),
            line -> assertThat(line).containsSubsequence("2001", "2002"),
            line -> assertThat(line).endsWith(": 3"),
            line -> assertThat(line).endsWith(": 1.50 EUR, 0.0123 USD"),
            line -> assertThat(line).contains("(2026-11)").endsWith(": 40.00 USD"),
            line -> assertThat(line).contains("40 %").endsWith(" 100.00 USD"),
            line -> assertThat(line).contains("4").contains("5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void whatThereIsNotIsNotSpokenOf(String language) throws Exception {
    Map<String, Object> report = report();
    report.putAll(
        Map.of(
            "clicks",
            0,
            "lostClicks",
            0,
            "failedReplies",
            0,
            "monthUnpriced",
            0,
            "withoutPartner",
            0,
            "partners",
            List.of()));
    report.remove("budget");
    assertThat(words(language, report).lines()).hasSize(5);
  }

  private static Map<String, Object> report() {
    Map<String, Object> report = new HashMap<>();
    report.put("day", "2026-11-14");
    report.put("month", "2026-11");
    report.put("leads", 1012);
    report.put(
        "partners",
        List.of(
            Map.of("partnerCode", "HOTEL1", "partnerName", "A&B", "leads", 1005, "clicks", 1006)));
    report.put("withoutPartner", 7);
    report.put("messagesIn", 2001);
    report.put("messagesOut", 2002);
    report.put("clicks", 3001);
    report.put("clickLeads", 3002);
    report.put("lostClicks", 3003);
    report.put("failedReplies", 3);
    report.put("costs", List.of(amount("1.50", "EUR"), amount("0.0123", "USD")));
    report.put("monthCosts", List.of(amount("40.00", "USD")));
    report.put("unpriced", 4);
    report.put("monthUnpriced", 5);
    report.put("budget", "100.00");
    report.put("budgetCurrency", "USD");
    report.put("budgetPercent", 40);
    return report;
  }

  private static Map<String, Object> amount(String amount, String currency) {
    return Map.of("amount", amount, "currency", currency);
  }

  private static String words(String language, Map<String, Object> report) throws Exception {
    StringWriter words = new StringWriter();
    new DestinationClients()
        .hubFreemarker()
        .getTemplate("routes/out/telegram-owner-report." + language + ".ftlh")
        .process(Map.of("body", report), words);
    return words.toString().strip();
  }
}
