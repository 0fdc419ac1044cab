package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;

/** The contact form as visitors see it: in a real Chromium. */
class FormInBrowserTest extends Journey {

  private static final Map<String, Browser> BROWSERS = new HashMap<>();

  @BeforeAll
  static void aBrowserIsThere() {
    Browser.isThere();
  }

  @AfterAll
  static void closeThem() {
    BROWSERS.values().forEach(Browser::close);
    BROWSERS.clear();
  }

  /** One for all tests: each start takes a second. */
  private static Browser browser() {
    return BROWSERS.computeIfAbsent("en", any -> Browser.reading("en-US"));
  }

  private static Browser withoutJavaScript() {
    return BROWSERS.computeIfAbsent("no script", any -> Browser.withoutJavaScript("en-US"));
  }

  @ParameterizedTest
  @CsvSource({
    "en, 'Hello! My name is Dana.', Code:",
    "ru, 'Здравствуйте! Меня зовут Dana.', Код:",
    "th, 'สวัสดี ฉันชื่อ Dana', รหัส:"
  })
  void aVisitorFillsInTheFormAndGoesOnToWhatsApp(String language, String greeting, String code) {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Browser browser = browser();
    browser.opens(form(hotel, "lang=" + language));
    assertThat(browser.find(By.tagName("html")).getAttribute("lang")).isEqualTo(language);

    fillIn(browser, dana);
    browser.find(By.tagName("button")).click();

    assertThat(whatsAppText(browser)).startsWith(greeting).contains(code + " " + hotel.code());
    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(lead.path("firstMessage").asText()).isEqualTo("A scooter for Friday?");
  }

  @Test
  void itWorksWithoutJavaScriptFromTheFirstMistakeToWhatsApp() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Browser browser = withoutJavaScript();
    browser.opens("data:text/html,<p id=x>off</p><script>x.textContent='on'</script>");
    assertThat(browser.the("x").getText()).isEqualTo("off");

    browser.opens(form(hotel, "lang=en"));
    browser.the("name").sendKeys("Dana");
    browser.find(By.tagName("button")).click();
    assertThat(browser.the("trouble").getText()).contains("Please tell us your phone number.");
    assertThat(browser.the("name").getAttribute("value")).isEqualTo("Dana");

    new Select(browser.the("country")).selectByValue("TH");
    browser.the("phone").sendKeys(local(dana));
    browser.find(By.tagName("button")).click();

    assertThat(whatsAppText(browser)).contains("Code: " + hotel.code());
    assertThat(hub.onlyLead(dana).path("name").asText()).isEqualTo("Dana");
  }

  @Test
  void aKeyboardIsEnough() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Browser browser = browser();
    browser.opens(form(hotel, "lang=en"));

    press(browser, Keys.TAB, Keys.TAB); // the other two languages
    press(browser, Keys.TAB, "Dana", Keys.TAB, "Thailand", Keys.TAB, local(dana), Keys.ENTER);

    assertThat(whatsAppText(browser)).contains("Code: " + hotel.code());
    assertThat(hub.onlyLead(dana).path("phone").asText()).isEqualTo(dana.number());
  }

  @Test
  void mistakesAreReadOutFirstAndLeadToTheirFields() {
    Hub.Partner hotel = hub.partner("en", 0);
    Browser browser = browser();
    browser.opens(form(hotel, "lang=en"));
    browser.the("message").sendKeys("Two\nlines");

    browser.find(By.tagName("button")).click();

    await().until(() -> browser.driver().getTitle().startsWith("Please check your answers: "));
    assertThat(browser.focus()).isEqualTo("trouble");
    assertThat(browser.the("message").getAttribute("value")).isEqualTo("Two\nlines");
    for (String field : new String[] {"name", "phone"}) {
      assertThat(browser.the(field).getAttribute("aria-describedby")).contains(field + "-problem");
      assertThat(browser.the(field + "-problem").isDisplayed()).isTrue();
    }
    browser.find(By.cssSelector("#trouble a[href='#phone']")).click();
    assertThat(browser.focus()).isEqualTo("phone");
  }

  @Test
  void whoPressesTwiceIsOneLeadWithOneMessage() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Browser browser = browser();
    browser.opens(form(hotel, "lang=en"));
    fillIn(browser, dana);

    new Actions(browser.driver()).doubleClick(browser.find(By.tagName("button"))).perform();

    browser.isSentTo("https://wa.me/");
    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(1);
  }

  @Test
  void itStandsInAPageOfAnotherSiteAndSendsTheWholePageOn() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Browser browser = browser();
    embed(form(hotel, "lang=en&embed=1"));
    browser.opens("http://127.0.0.1:" + world.port() + "/site");
    browser.driver().switchTo().frame("form");

    fillIn(browser, dana);
    browser.find(By.tagName("button")).click();
    browser.driver().switchTo().defaultContent();

    assertThat(whatsAppText(browser)).contains("Code: " + hotel.code());
    assertThat(hub.onlyLead(dana).path("partnerCode").asText()).isEqualTo(hotel.code());
  }

  @Test
  void aPageThatIsNotToBeEmbeddedStaysOutOfFrames() {
    Browser browser = browser();
    embed(form(hub.partner("en", 0), "lang=en"));
    browser.opens("http://127.0.0.1:" + world.port() + "/site");
    browser.driver().switchTo().frame("form");

    assertThat(browser.driver().findElements(By.id("phone"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void axeHasNothingAgainstItInLightAndDarkAndItFitsASmallPhone(String language) {
    Hub.Partner hotel = hub.partner("en", 0);
    Browser browser = BROWSERS.computeIfAbsent("small", any -> Browser.reading("en-US"));
    browser.isAsWideAs(320);
    browser.opens(form(hotel, "lang=" + language));
    assertThat(browser.complaintsOfAxe()).isEmpty();
    assertThat(scrollsSideways(browser)).isFalse();

    browser.find(By.tagName("button")).click();
    assertThat(browser.the("trouble").isDisplayed()).isTrue();
    assertThat(browser.complaintsOfAxe()).isEmpty();
    assertThat(scrollsSideways(browser)).isFalse();

    browser.prefersDark();
    assertThat(browser.complaintsOfAxe()).isEmpty();

    browser.opens(hub.address("/form/NOBODY9?lang=" + language));
    assertThat(browser.complaintsOfAxe()).isEmpty();
    assertThat(scrollsSideways(browser)).isFalse();
  }

  @Test
  void axeWouldComplainOfAFieldWithoutALabel() {
    Browser browser = browser();
    browser.opens("data:text/html,<html lang=en><title>x</title><main><h1>x</h1><input></main>");

    assertThat(browser.complaintsOfAxe()).anyMatch(complaint -> complaint.startsWith("label: "));
  }

  private static boolean scrollsSideways(Browser browser) {
    return (Boolean)
        browser
            .driver()
            .executeScript("return document.documentElement.scrollWidth > window.innerWidth");
  }

  /** The site of somebody else: the world has another address than the hub. */
  private void embed(Object form) {
    world.answers(
        get(urlPathEqualTo("/site")),
        ok("<!doctype html><title>Blog</title><iframe name=form width=340 height=900 src='"
                + form
                + "'></iframe>")
            .withHeader("Content-Type", "text/html; charset=utf-8"));
  }

  private Object form(Hub.Partner partner, String query) {
    return hub.address("/form/" + partner.code() + "?" + query);
  }

  private static void fillIn(Browser browser, Customer customer) {
    browser.the("name").sendKeys(customer.name());
    new Select(browser.the("country")).selectByValue("TH");
    browser.the("phone").sendKeys(local(customer));
    browser.the("message").sendKeys("A scooter for Friday?");
  }

  private static String local(Customer customer) {
    return "0" + customer.phone().substring(2);
  }

  private static void press(Browser browser, CharSequence... keys) {
    Actions actions = new Actions(browser.driver());
    for (CharSequence key : keys) {
      actions.sendKeys(key);
    }
    actions.perform();
  }

  /** What WhatsApp was asked to prefill. */
  private static String whatsAppText(Browser browser) {
    browser.isSentTo("https://wa.me/15550001111?text=");
    String address = browser.address();
    return URLDecoder.decode(
        address.substring(address.indexOf("text=") + 5), StandardCharsets.UTF_8);
  }
}
