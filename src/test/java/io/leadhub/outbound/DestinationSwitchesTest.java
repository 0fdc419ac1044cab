package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class DestinationSwitchesTest {

  private final MockEnvironment environment = new MockEnvironment();

  @Test
  void aDestinationWithoutItsCredentialsIsOffAndTheLogNamesWhatItNeeds(CapturedOutput log) {
    environment.setProperty("hub.twilio.account-sid", "AC1");
    environment.setProperty("hub.twilio.auth-token", " ");

    decide();

    assertThat(environment.getProperty("hub.destination.twilio")).isEqualTo("false");
    assertThat(log).contains("Destination twilio is off: it needs hub.twilio.auth-token");
    assertThat(log).contains("Destination telegram is off: it needs hub.telegram.bot-token");
  }

  @Test
  void aDestinationWithItsCredentialsIsOnAndNotSpokenOf(CapturedOutput log) {
    environment.setProperty("hub.telegram.bot-token", "1:t");

    decide();

    assertThat(environment.getProperty("hub.destination.telegram")).isEqualTo("true");
    assertThat(log).doesNotContain("Destination telegram");
  }

  @ParameterizedTest
  @CsvSource({
    "360dialog,hub.d360.api-key",
    "wati,hub.wati.api-token",
  })
  void providersThatNeedOneKeyAnswerCustomersWithIt(String name, String key) {
    decide();
    assertThat(environment.getProperty("hub.destination." + name)).isEqualTo("false");

    environment.setProperty(key, "k");
    decide();
    assertThat(environment.getProperty("hub.destination." + name)).isEqualTo("true");
  }

  @Test
  void aDestinationOfYourOwnIsSwitchedByWhatItSaysItNeeds(CapturedOutput log) {
    environment.setProperty("hub.destinations[0].name", "my-crm");
    environment.setProperty("hub.destinations[0].needs", "my-crm.url, my-crm.token");
    environment.setProperty("my-crm.url", "https://crm.example.com");
    decide();
    assertThat(environment.getProperty("hub.destination.my-crm")).isEqualTo("false");
    assertThat(log).contains("Destination my-crm is off: it needs my-crm.token");

    environment.setProperty("my-crm.token", "t");
    decide();
    assertThat(environment.getProperty("hub.destination.my-crm")).isEqualTo("true");
  }

  private void decide() {
    new DestinationSwitches(Supplier::get)
        .postProcessEnvironment(environment, new SpringApplication());
  }
}
