package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.locale.PhoneNumbers;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

/** The cases beside the rules, and what the start says where one does not come out. */
class AttributionCasesTest {

  private final HubSettings hub = TestSettings.of();

  @Test
  void theShippedCasesComeOutAndStandBesideEveryRule() {
    StandardEnvironment shipped = TestSettings.environment();
    AttributionSettings settings = TestSettings.of(AttributionSettings.class);

    assertThatCode(() -> tried(settings, shipped)).doesNotThrowAnyException();
    assertThat(settings.cases().keySet())
        .containsExactlyInAnyOrder(
            "sources",
            "touch",
            "second-code",
            "several-codes",
            "suspected",
            "self-referral",
            "repeat-customers",
            "click-window",
            "guess-within");
  }

  @Test
  void withoutTheFileTheRulesAreTheSame() {
    AttributionSettings shipped = TestSettings.of(AttributionSettings.class);
    AttributionSettings none =
        Binder.get(new StandardEnvironment())
            .bindOrCreate("hub.attribution", AttributionSettings.class);

    assertThat(none)
        .isEqualTo(
            new AttributionSettings(
                shipped.sources(),
                shipped.touch(),
                shipped.secondCode(),
                shipped.severalCodes(),
                shipped.suspected(),
                shipped.selfReferral(),
                shipped.repeatCustomers(),
                shipped.repeatWithin(),
                shipped.clickWindow(),
                shipped.guessWithin(),
                List.of(),
                Map.of()));
    assertThatCode(() -> tried(none, new StandardEnvironment())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "touch: last | [{ code: A }, { code: B, after: 3d }] | B",
        "touch: last | [{ code: A }, { click: B, after: 3d }, { reference: B }] | A",
        "second-code: new-lead | [{ code: A }, { code: B, after: 3d }] | B",
        "several-codes: last | [{ code: [A, B] }] | B",
        "suspected: suggest | [{ typo: A }, { code: A }] | A",
        "self-referral: credit | [{ own-phone: A }] | A",
        "repeat-customers: previous | [{ code: A }, { text: hi, after: 40d }] | A",
        "repeat-customers: previous | [{ code: A }, { text: hi, after: 400d }] | nobody",
        "guess-within: 5m | [{ click: A }, { text: hi, after: 6m }] | nobody",
        "click-window: 1h | [{ click: A }, { reference: A, after: 2h }] | nobody",
        "sources: [code] | [{ click: A }, { text: hi, after: 1m }] | nobody",
        "ads: [{ id: '77', partner: A }] | [{ ad: '77' }] | A",
        "ads: [{ id: '77', partner: A }] | [{ ad: '78' }] | nobody",
      })
  void everyRuleCanBeToldOtherwise(String rule, String story, String credited) throws IOException {
    StandardEnvironment yaml = yaml(rule, story, credited);
    assertThatCode(() -> tried(settings(yaml), yaml)).doesNotThrowAnyException();
  }

  @Test
  void aCaseThatDoesNotComeOutEndsTheStartWithItsLine() throws IOException {
    StandardEnvironment yaml = yaml("touch: last", "[{ code: A }, { code: B }]", "A");

    assertThatThrownBy(() -> tried(settings(yaml), yaml))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("hub.attribution.cases.mine[0] (rules.yaml, line 4)")
        .hasMessageContaining("expects credited: A, suggested: []")
        .hasMessageContaining("it is credited: B, suggested: []");
  }

  @Test
  void aStepThatIsTwoAtOnceEndsTheStart() throws IOException {
    StandardEnvironment yaml = yaml("touch: last", "[{ code: A, form: A }]", "A");

    assertThatThrownBy(() -> tried(settings(yaml), yaml))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("line 4");
  }

  @Test
  void aCaseWithoutAStoryIsNoCase() throws IOException {
    try (ValidatorFactory validation = Validation.buildDefaultValidatorFactory()) {
      assertThat(validation.getValidator().validate(settings(yaml("touch: last", "[]", "A"))))
          .extracting(problem -> problem.getPropertyPath().toString())
          .singleElement()
          .asString()
          .endsWith("story");
    }
  }

  private AttributionCases tried(AttributionSettings settings, StandardEnvironment environment) {
    return new AttributionCases(
        new AttributionRules(settings),
        settings,
        new ClickGuess(new PhoneNumbers(), settings),
        hub,
        environment);
  }

  private static AttributionSettings settings(StandardEnvironment environment) {
    return Binder.get(environment).bindOrCreate("hub.attribution", AttributionSettings.class);
  }

  private static StandardEnvironment yaml(String rule, String story, String credited)
      throws IOException {
    String text =
        """
        hub.attribution:
          %s
          cases.mine:
            - { story: %s, credited: %s }
        """
            .formatted(rule, story, credited);
    StandardEnvironment environment = new StandardEnvironment();
    environment.setConversionService(new ApplicationConversionService());
    new YamlPropertySourceLoader()
        .load(
            "rules.yaml",
            new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)) {
              @Override
              public String getFilename() {
                return "rules.yaml";
              }
            })
        .forEach(environment.getPropertySources()::addFirst);
    return environment;
  }
}
