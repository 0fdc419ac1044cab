package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.BadSettingException;
import io.leadhub.TestSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

class CodeCasesTest {

  private static final String FILE = read();

  @Test
  void theExamplesOfTheFileComeOut() {
    assertThat(settings(FILE).cases()).hasSizeGreaterThan(8);
    assertThatCode(() -> start(FILE)).doesNotThrowAnyException();
  }

  @Test
  void anExampleThatIsMissedStopsTheStartWithItsLine() {
    String text = "{ text: \"anna\", finds: [ANNA] }";
    int line = FILE.substring(0, FILE.indexOf(text)).split("\n", -1).length;
    assertThatThrownBy(
            () -> start(FILE.replace(text, "{ text: \"my name is anna\", finds: [ANNA] }")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("line " + line)
        .hasMessageContaining("“my name is anna” gives [], and not [ANNA (sure)]");
  }

  @Test
  void anExampleThatIsOnlySuspectedIsNotSure() {
    assertThatThrownBy(() -> start(FILE.replace(", certainty: suspected", "")))
        .hasMessageContaining("gives [ABC123 (suspected)], and not [ABC123 (sure)]");
  }

  @Test
  void aCodeThatIsFoundWhereNoneIsToBeStopsTheStart() {
    assertThatThrownBy(() -> start(FILE.replace("my name is anna", "my name is ANNA")))
        .hasMessageContaining("gives [ANNA (suspected)], and not []");
  }

  @Test
  void aRuleThatIsTakenAwayIsMissed() {
    assertThatThrownBy(() -> start(FILE.replace("same: [O0, I1L]", "same: []")))
        .hasMessageContaining("HOTELI");
    assertThatThrownBy(() -> start(FILE.replace("typos: true", "typos: false")))
        .hasMessageContaining("ABC12");
  }

  @Test
  void aHubWithoutTheFileKnowsAFewKeywords() {
    CodeSettings settings =
        Binder.get(new StandardEnvironment()).bindOrCreate("hub.codes", CodeSettings.class);
    CodeExtractor extractor = TestCodes.extractor(TestCodes.partners("ANNA", "HOTEL1"), settings);
    for (String text : List.of("code anna", "промо-код anna", "รหัส anna", "ref: anna")) {
      assertThat(extractor.find(text)).as(text).hasSize(1);
    }
    assertThat(extractor.find("HOTELI")).hasSize(1);
    assertThat(extractor.find("code HOTEL11")).extracting(CodeFinding::how).containsExactly("typo");
  }

  private static void start(String file) {
    CodeSettings settings = settings(file);
    LookAlikes lookAlikes = new LookAlikes(settings);
    new CodeCases(settings, lookAlikes, new Keywords(settings, lookAlikes), environment(file));
  }

  private static CodeSettings settings(String file) {
    return Binder.get(environment(file)).bind("hub.codes", CodeSettings.class).get();
  }

  private static StandardEnvironment environment(String file) {
    StandardEnvironment environment = TestSettings.environment();
    try {
      new YamlPropertySourceLoader()
          .load("codes", new ByteArrayResource(file.getBytes(StandardCharsets.UTF_8)))
          .forEach(environment.getPropertySources()::addFirst);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return environment;
  }

  private static String read() {
    try {
      return Files.readString(Path.of("routes/codes.yaml"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
