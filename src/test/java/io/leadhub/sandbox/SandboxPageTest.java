package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.leadhub.HubSettings;
import java.io.IOException;
import java.net.URI;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.Jackson2ObjectMapperBuilder;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** What somebody trying the demo sees. */
class SandboxPageTest {

  private static final String HOSTILE =
      "</div><script>alert('x')</script><img src=x onerror=\"y\">";
  private static final ObjectMapper JSON =
      Jackson2ObjectMapperBuilder.json()
          .featuresToDisable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final MemoryJournal journal = new MemoryJournal();
  private MockMvc sandbox;

  @BeforeEach
  void start() {
    start("HUB_TIME_ZONE", "Asia/Bangkok");
  }

  private void start(String... exported) {
    StandardEnvironment environment = DemoSettings.environment("demo", exported);
    HubSettings settings = DemoSettings.bind(environment);
    FirstMessage firstMessage = new FirstMessage(settings, environment);
    sandbox =
        MockMvcBuilders.standaloneSetup(new SandboxPage(journal, firstMessage, settings, JSON))
            .setMessageConverters(
                new StringHttpMessageConverter(), new MappingJackson2HttpMessageConverter(JSON))
            .build();
  }

  @Test
  void anEmptyPageSaysHowToBeTheFirstCustomer() throws Exception {
    sandbox
        .perform(get("/sandbox"))
        .andExpect(content().string(containsString("Nothing was sent yet")))
        .andExpect(content().string(containsString("curl -i -H &#39;Content-Type")))
        .andExpect(content().string(containsString("demo/send.sh")));
  }

  @Test
  void withARealAppSecretThePageSignsNothing() throws Exception {
    start("META_APP_SECRET", "real-secret");

    sandbox
        .perform(get("/sandbox"))
        .andExpect(content().string(not(containsString("sha256="))))
        .andExpect(content().string(not(containsString("real-secret"))));
  }

  @Test
  void everythingThatWasSentIsShown() throws Exception {
    journal.keep("meta", "66812345678", "Спасибо, ждём вас", json("{}"));
    journal.keep("twilio", "+66899999999", "Thank you", json("{}"));
    journal.keep(
        "telegram",
        "1001",
        "New lead",
        json("{'text':'<b>New lead</b> A &amp; B','parse_mode':'HTML'}"));
    journal.keep("google-sheets", "Leads", "", json("{'row':1,'values':['Id','Имя']}"));
    journal.keep("google-sheets", "Leads", "", json("{'row':2,'values':['7','ดาน่า']}"));
    journal.keep("webhook", "msg_1", "lead.created", json("{'type':'lead.created'}"));

    String page = page("/sandbox");

    assertThat(page)
        .contains("Спасибо, ждём вас", "66812345678", "+66899999999", "via Twilio")
        .contains("<b>New lead</b> A &amp; B")
        .contains("<td dir=\"auto\">Имя</td>", "<td dir=\"auto\">ดาน่า</td>")
        .contains("&quot;type&quot; : &quot;lead.created&quot;")
        .contains("1 Mar, 12:30:01")
        .doesNotContain("Nothing was sent yet");
  }

  @Test
  void theNewestStandsFirst() throws Exception {
    journal.keep("meta", "1", "first words", json("{}"));
    journal.keep("twilio", "1", "second words", json("{}"));
    journal.keep("meta", "1", "third words", json("{}"));

    assertThat(page("/sandbox")).containsSubsequence("third words", "second words", "first words");
  }

  @Test
  void theHeadingOfASheetStaysInSight() throws Exception {
    for (int row = 1; row <= 50; row++) {
      journal.keep(
          "google-sheets", "Leads", "", json("{'row':" + row + ",'values':['cell-" + row + "-']}"));
    }

    assertThat(page("/sandbox"))
        .containsSubsequence("cell-1-", "cell-50-", "cell-49-")
        .containsOnlyOnce("cell-1-")
        .doesNotContain("cell-20-");
  }

  @Test
  void nothingThatACustomerWritesBecomesMarkup() throws Exception {
    JsonNode hostile = JSON.createObjectNode().put("text", HOSTILE).put(HOSTILE, HOSTILE);
    JsonNode cells = JSON.createObjectNode().put("row", 1).set("values", array(HOSTILE));
    JsonNode html =
        JSON.createObjectNode()
            .put("parse_mode", "HTML")
            .put("text", HOSTILE.replace("<", "&lt;").replace(">", "&gt;"));
    journal.keep("meta", HOSTILE, HOSTILE, hostile);
    journal.keep("twilio", HOSTILE, HOSTILE, hostile);
    journal.keep("telegram", HOSTILE, HOSTILE, hostile);
    journal.keep("telegram", HOSTILE, HOSTILE, html);
    journal.keep("google-sheets", HOSTILE, HOSTILE, cells);
    journal.keep("webhook", HOSTILE, HOSTILE, hostile);

    assertThat(page("/sandbox?lang=" + "%22%3E%3Cscript%3E"))
        .doesNotContain("<script", "<img", "onerror=\"")
        .contains("&lt;script&gt;");
  }

  @Test
  void evenWithAHoleInItThePageWouldRunNoScript() throws Exception {
    sandbox
        .perform(get("/sandbox"))
        .andExpect(header().string("Content-Security-Policy", containsString("default-src 'none'")))
        .andExpect(header().string(HttpHeaders.CACHE_CONTROL, "no-store"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'en-GB,en;q=0.9', en, Nothing was sent yet",
    "'', 'ru-RU,ru;q=0.9,en;q=0.8', ru, Пока ничего не отправлено",
    "'', 'de,th;q=0.9', th, ยังไม่มีการส่งข้อความ",
    "'', 'de', en, Nothing was sent yet",
    "'', ';;rubbish', en, Nothing was sent yet",
    "th, 'ru', th, ยังไม่มีการส่งข้อความ",
    "xx, 'ru', ru, Пока ничего не отправлено",
  })
  void thePageSpeaksTheReadersLanguage(
      String wanted, String accepted, String language, String words) throws Exception {
    sandbox
        .perform(
            get("/sandbox").param("lang", wanted).header(HttpHeaders.ACCEPT_LANGUAGE, accepted))
        .andExpect(content().string(containsString("<html lang=\"" + language + "\">")))
        .andExpect(content().string(containsString(words)))
        .andExpect(header().string(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"_ru", "_th"})
  void everyLanguageHasEveryText(String language) throws Exception {
    assertThat(texts(language).stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(texts("").stringPropertyNames());
  }

  @Test
  void thePageRefreshesItselfUntilPaused() throws Exception {
    assertThat(page("/sandbox?lang=ru"))
        .contains("http-equiv=\"refresh\"", "?lang=ru&amp;refresh=off");
    assertThat(page("/sandbox?refresh=off"))
        .doesNotContain("http-equiv=\"refresh\"")
        .contains("?refresh=on");
  }

  @Test
  void aProviderThatIsRealIsSaidToBe() throws Exception {
    start("TELEGRAM_BOT_TOKEN", "42:real");

    assertThat(page("/sandbox")).containsOnlyOnce("Not played here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sandbox?format=json", "/sandbox/calls"})
  void scriptsGetTheSameAsJson(String path) throws Exception {
    journal.keep("meta", "66812345678", "Спасибо", json("{'to':'66812345678'}"));
    journal.keep("telegram", "1001", "New lead", json("{'chat_id':1001}"));

    sandbox
        .perform(get(path))
        .andExpect(jsonPath("$.length()").value(2))
        .andExpect(jsonPath("$[0].id").value(2))
        .andExpect(jsonPath("$[0].provider").value("telegram"))
        .andExpect(jsonPath("$[0].at").value("2025-03-01T05:30:02Z"))
        .andExpect(jsonPath("$[0].target").value("1001"))
        .andExpect(jsonPath("$[0].text").value("New lead"))
        .andExpect(jsonPath("$[0].body.chat_id").value(1001))
        .andExpect(jsonPath("$[1].text").value("Спасибо"));
  }

  @Test
  void scriptsMayAskForOneProviderAndForFewer() throws Exception {
    for (int i = 0; i < 5; i++) {
      journal.keep("meta", "1", "text", json("{}"));
      journal.keep("telegram", "1", "text", json("{}"));
    }

    sandbox
        .perform(get("/sandbox/calls?provider=meta&limit=3"))
        .andExpect(jsonPath("$[*].provider").value(contains("meta", "meta", "meta")));
  }

  private String page(String path) throws Exception {
    return sandbox.perform(get(URI.create(path))).andReturn().getResponse().getContentAsString();
  }

  private static JsonNode array(String cell) {
    return JSON.createArrayNode().add(cell);
  }

  private static JsonNode json(String quotedSimply) throws IOException {
    return JSON.readTree(quotedSimply.replace('\'', '"'));
  }

  private static Properties texts(String language) throws IOException {
    return PropertiesLoaderUtils.loadProperties(
        new EncodedResource(
            new ClassPathResource("sandbox/texts" + language + ".properties"), "UTF-8"));
  }
}
