package io.leadhub.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.HubSettings;
import io.leadhub.HubSettings.Rate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/** Bad rates stop the start and say which one, and how to mend it. */
class CostSettingsTest {

  @EnableConfigurationProperties(HubSettings.class)
  private static class OnlySettings {}

  private final ApplicationContextRunner hub =
      new ApplicationContextRunner()
          .withUserConfiguration(OnlySettings.class)
          .withInitializer(new ConfigDataApplicationContextInitializer());

  @Test
  void thereAreNoRatesUntilSomebodyWritesThem() {
    hub.run(
        started -> {
          HubSettings.Costs costs = started.getBean(HubSettings.class).costs();
          assertThat(costs.rates()).isEmpty();
          assertThat(costs.monthlyBudget()).isZero();
        });
  }

  @Test
  void theExampleInTheDocumentsIsUnderstoodAsItStands() throws IOException {
    String example =
        Files.readString(Path.of("docs/costs.md")).split("```yaml\n")[1].split("```")[0];
    hub.withInitializer(
            context ->
                load(example).forEach(context.getEnvironment().getPropertySources()::addFirst))
        .run(
            started ->
                assertThat(started.getBean(HubSettings.class).costs().rates())
                    .hasSize(5)
                    .contains(
                        new Rate(
                            LocalDate.of(2026, 10, 1), "TH", "utility", new BigDecimal("0.0123")),
                        new Rate(LocalDate.of(2025, 7, 1), "*", "*", new BigDecimal("0.0555"))));
  }

  private static List<PropertySource<?>> load(String yaml) {
    try {
      return new YamlPropertySourceLoader()
          .load("example", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "from,, is missing; write the first day",
    "price, -0.01, must not be negative",
    "price,, is missing; write what one message costs",
    "price, 0.0000001, at most 6 decimals",
    "country, false, in quotes",
    "country, Thailand, two capital letters",
    "category, Utility!, must be a category",
  })
  void aBadRateStopsTheStart(String key, String value, String mend) {
    List<String> rate =
        new ArrayList<>(
            List.of("from=2026-10-01", "country=TH", "category=utility", "price=0.0123"));
    rate.removeIf(pair -> pair.startsWith(key + "="));
    if (value != null) {
      rate.add(key + "=" + value);
    }
    hub.withPropertyValues(
            rate.stream().map(pair -> "hub.costs.rates[0]." + pair).toArray(String[]::new))
        .run(
            failed -> {
              assertThat(failed).hasFailed();
              assertThat(failed.getStartupFailure())
                  .rootCause()
                  .hasMessageContaining("costs.rates[0]." + key)
                  .hasMessageContaining(mend);
            });
  }

  @Test
  void twoRatesForTheSameStopTheStart() {
    hub.withPropertyValues(
            "hub.costs.rates[0].from=2026-10-01",
            "hub.costs.rates[0].country=TH",
            "hub.costs.rates[0].category=utility",
            "hub.costs.rates[0].price=0.0123",
            "hub.costs.rates[1].from=2026-10-01",
            "hub.costs.rates[1].country=TH",
            "hub.costs.rates[1].category=utility",
            "hub.costs.rates[1].price=0.0124")
        .run(
            failed ->
                assertThat(failed.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("hub.costs.rates[1] is for the same")
                    .hasMessageContaining("remove one of them"));
  }

  @ParameterizedTest
  @CsvSource({
    "warn-at, 80, must be a part of the budget",
    "warn-at, 100%, must be a part of the budget",
    "monthly-budget, -1, must not be negative",
    "currency, dollar, three letters",
  })
  void aBadBudgetStopsTheStart(String key, String value, String mend) {
    hub.withPropertyValues("hub.costs." + key + "=" + value)
        .run(
            failed ->
                assertThat(failed.getStartupFailure()).rootCause().hasMessageContaining(mend));
  }
}
