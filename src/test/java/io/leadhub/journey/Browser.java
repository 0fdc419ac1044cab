package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A real Chromium that reaches nothing but this machine. Whatever else it is sent to stays in its
 * address bar: {@link #address}.
 *
 * <p>Where there is none, tests that need it are skipped; with {@code LEADHUB_BROWSER=required} in
 * the environment they fail.
 */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Path CHROMIUM = find("chromium", "chromium-browser", "google-chrome");
  private static final Path DRIVER = find("chromedriver");

  private final ChromeDriver driver;

  private Browser(ChromeOptions options) {
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  /** Skips the test, or fails it, where there is no browser. */
  static void isThere() {
    boolean there = CHROMIUM != null && DRIVER != null;
    if ("required".equals(System.getenv("LEADHUB_BROWSER"))) {
      assertThat(there).as("chromium and chromedriver are installed").isTrue();
    }
    assumeTrue(there, "not tried in a browser: install chromium and chromium-driver");
  }

  /**
   * @param language that it asks pages for, such as {@code ru-RU}
   */
  static Browser reading(String language) {
    return new Browser(options(language));
  }

  /** One that runs no scripts of pages. */
  static Browser withoutJavaScript(String language) {
    ChromeOptions options = options(language);
    options.setExperimentalOption(
        "prefs",
        Map.of(
            "intl.accept_languages",
            language,
            "profile.managed_default_content_settings.javascript",
            2));
    return new Browser(options);
  }

  private static ChromeOptions options(String language) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setExperimentalOption("prefs", Map.of("intl.accept_languages", language));
    return options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1000,900",
        // No port listens there: who is sent elsewhere gets no further than the address.
        "--host-resolver-rules=MAP * 127.0.0.1:9, EXCLUDE localhost, EXCLUDE 127.0.0.1");
  }

  ChromeDriver driver() {
    return driver;
  }

  void opens(Object address) {
    driver.get(address.toString());
  }

  String address() {
    return driver.getCurrentUrl();
  }

  /** The only element with that id. */
  WebElement the(String id) {
    return find(By.id(id));
  }

  /** Waits for it: a page that was asked for by a click comes a moment later. */
  WebElement find(By by) {
    return new WebDriverWait(driver, PATIENCE)
        .until(ExpectedConditions.presenceOfElementLocated(by));
  }

  /** The id of what has the focus. */
  String focus() {
    return driver.switchTo().activeElement().getAttribute("id");
  }

  /** As wide as a small phone, or as a screen. */
  void isAsWideAs(int pixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 640, "deviceScaleFactor", 1, "mobile", false));
  }

  void prefersDark() {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
  }

  /** Until the address begins so; whether anything answers there does not matter. */
  void isSentTo(String start) {
    new WebDriverWait(driver, Duration.ofSeconds(30))
        .until(any -> driver.getCurrentUrl().startsWith(start));
  }

  /** What axe has to say against the page, for people who cannot see, hear or point well. */
  List<String> complaintsOfAxe() {
    driver.executeScript(axe());
    Object complaints =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run().then(found => done(found.violations.map(
                one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))));
            """);
    return ((List<?>) complaints).stream().map(Object::toString).toList();
  }

  private static String axe() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path find(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(d -> Path.of(d, name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
