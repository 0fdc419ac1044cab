package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.attribution.ClickReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Somebody opens a partner's link, and goes on to WhatsApp. */
class ClicksTest extends Journey {

  private static final String PHONE =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";

  @Autowired private ProducerTemplate camel;

  @ParameterizedTest
  @CsvSource({"ru, 'Здравствуйте! Код: '", "en, 'Hello! Code: '", "th, 'สวัสดี รหัส: '"})
  void whoeverOpensALinkFindsTheCodeAndAReferenceWrittenInTheirLanguage(
      String language, String start) {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer answer = opens(hotel, "?placement=lobby", "Accept-Language", language);

    assertThat(answer.status()).isEqualTo(302);
    URI chat = URI.create(answer.header("Location"));
    assertThat(chat.getHost() + chat.getPath()).isEqualTo("wa.me/15550001111");
    assertThat(chat.getRawQuery()).startsWith("text=").doesNotContain("+");
    String text = URLDecoder.decode(chat.getRawQuery().substring(5), StandardCharsets.UTF_8);
    assertThat(text).startsWith(start + hotel.code() + " (#").endsWith(")");
    hub.isQuiet();
    Map<String, Object> click = clicks(hotel).get(0);
    assertThat(ClickReference.in(text)).containsExactly((String) click.get("reference"));
    assertThat(click)
        .containsEntry("code", hotel.code())
        .containsEntry("placement", "lobby")
        .containsEntry("language", language)
        .containsEntry("device", "phone");
  }

  @Test
  void whatIsAnsweredIsKeptNowhereTellsNobodyAndHoldsNothingOfTheRequest() {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer answer =
        opens(
            hotel,
            "?secret=s3cret",
            "Cookie",
            "session=s3cret",
            "X-Anything",
            "s3cret",
            "Referer",
            "https://a.example/s3cret");

    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(answer.headers()).doesNotContainKeys("cookie", "x-anything", "secret", "referer");
    assertThat(answer.header("Location")).doesNotContain("s3cret");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void aLinkMayBeWrittenInSmallLetters() {
    Hub.Partner hotel = hub.partner("en", 0);
    Hub.Answer answer = open("/w/" + hotel.code().toLowerCase());
    assertThat(answer.header("Location")).contains(hotel.code() + "%20");
  }

  @Test
  void aPreviewShowsThePartnersNameEscapedAndIsNoClick() {
    Hub.Partner hotel = hub.partner("en", 1);
    hub.jdbc().update("update partners set name = 'A <b> & \"C\"' where id = ?", hotel.id());

    Hub.Answer answer = open("/w/" + hotel.code(), "User-Agent", "WhatsApp/2.23.20.0");
    Hub.Answer head = send("HEAD", "/w/" + hotel.code());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/html");
    assertThat(answer.header("Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.body())
        .contains("og:title\" content=\"A &lt;b&gt; &amp; &quot;C&quot;\"")
        .doesNotContain("<b>");
    assertThat(head.status()).isEqualTo(200);
    hub.isQuiet();
    assertThat(clicks(hotel)).isEmpty();
    assertThat(world.telegram(hotel.chats().get(0))).isEmpty();
  }

  @Test
  void aPrefetchIsNotKeptSoThatTheRealVisitComesHereAndIsCounted() {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer prefetched = opens(hotel, "", "Sec-Purpose", "prefetch;prerender");

    assertThat(prefetched.status()).isEqualTo(503);
    assertThat(prefetched.header("Cache-Control")).isEqualTo("no-store");
    assertThat(prefetched.headers()).doesNotContainKey("location");
    assertThat(opens(hotel, "").status()).isEqualTo(302);
    hub.isQuiet();
    assertThat(clicks(hotel)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/w/NOBODYS",
        "/w/",
        "/w",
        "/w/%D0%9D%D0%95%D0%A2-%D0%A2%D0%90%D0%9A%D0%9E%D0%93%D0%9E",
        "/w/%E0%B9%84%E0%B8%A1%E0%B9%88%E0%B8%A1%E0%B8%B5",
        "/w/a/b/c",
        "/w/a;b=c",
        "/w/%3Cscript%3Ealert(1)%3C/script%3E",
        "/w/%F0%9F%98%80%F0%9F%98%80",
        "/w/%0D%0ASet-Cookie:%20a=b"
      })
  void aCodeThatNobodyHasIsAFriendlyPageThatLeadsToTheBusiness(String path) {
    Hub.Answer answer = open(path, "Accept-Language", "ru");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).startsWith("text/html");
    assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(answer.body())
        .contains("<html lang=\"ru\">", "Эта ссылка больше никуда не ведёт")
        .contains("href=\"https://wa.me/15550001111?text=%D0%97%D0%B4%D1%80")
        .doesNotContain("<script");
    assertThat(answer.headers()).doesNotContainKey("set-cookie");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/w/%00", "/w/%FF%FE", "/w/%2F..%2F", "/w/../w/%ZZ", "/w/../../etc/passwd"})
  void anAddressThatIsNoneIsRefused(String path) throws IOException {
    // As it is written: a client would tidy it up.
    assertThat(statusOf("GET " + path + " HTTP/1.1")).isBetween(400, 404);
  }

  @Test
  void aVeryLongCodeIsUnknownAndWhatIsKeptOfItIsShort() {
    assertThat(open("/w/" + "z9".repeat(2_000)).status()).isEqualTo(404);
    hub.isQuiet();
    assertThat(hub.count("clicks where partner_id is null and code = '" + "z9".repeat(16) + "'"))
        .isEqualTo(1);
  }

  @Test
  void anInactivePartnersLinkIsCountedForNobody() {
    Hub.Partner hotel = hub.partner("en", 1);
    hub.jdbc().update("update partners set active = false where id = ?", hotel.id());

    assertThat(opens(hotel, "").status()).isEqualTo(404);
    hub.isQuiet();
    assertThat(clicks(hotel)).isEmpty();
    assertThat(hub.count("clicks where partner_id is null and code = '" + hotel.code() + "'"))
        .isEqualTo(1);
    assertThat(world.telegram(hotel.chats().get(0))).isEmpty();
  }

  @Test
  void aClickThatIsDeliveredTwiceIsOneRow() {
    Hub.Partner hotel = hub.partner("en", 0);
    opens(hotel, "");
    hub.isQuiet();
    List<Map<String, Object>> before = clicks(hotel);
    hub.jdbc()
        .update(
            """
            update deliveries set state = 'due', finished_at = null, due_at = now(6)
            where subscriber = 'clicks' and event_id in
              (select id from events where topic = 'click' and event_key = ?)
            """,
            before.get(0).get("reference"));
    hub.isQuiet();
    assertThat(clicks(hotel)).isEqualTo(before).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "ru, 'Возможный новый лид! Проверьте WhatsApp на код: '",
    "en, 'Perhaps a new lead! Look in WhatsApp for the code: '",
    "th, 'อาจมีลูกค้าใหม่! ตรวจสอบรหัสนี้ใน WhatsApp: '"
  })
  void thePartnerIsToldInTheirLanguageInEachChat(String language, String words) {
    Hub.Partner hotel = hub.partner(language, 2);

    opens(hotel, "?placement=lobby");
    hub.isQuiet();

    String reference = (String) clicks(hotel).get(0).get("reference");
    for (long chat : hotel.chats()) {
      assertThat(told(chat)).hasSize(1);
      assertThat(told(chat).get(0))
          .startsWith(
              words + "<b>" + hotel.code() + "</b>\n#" + reference + " · <code>lobby</code> · ")
          .doesNotContain("null");
    }
  }

  @Test
  void aFloodOfClicksIsToldOnceAndTheNextOneAfterTheConfiguredTime() throws Exception {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner other = hub.partner("en", 1);

    DoublesTest.atOnce(12, () -> opens(hotel, ""));
    opens(other, "");
    hub.isQuiet();

    assertThat(clicks(hotel)).as("each is counted").hasSize(12);
    assertThat(told(hotel.chats().get(0))).hasSize(1);
    assertThat(told(other.chats().get(0))).as("another partner has a turn of their own").hasSize(1);

    hub.jdbc()
        .update(
            "update click_notices set told_at = told_at - interval 15 minute where partner_id = ?",
            hotel.id());
    opens(hotel, "");
    opens(hotel, "");
    hub.isQuiet();
    assertThat(told(hotel.chats().get(0))).hasSize(2);
  }

  @Test
  void aNoticeThatCouldNotBePublishedDoesNotUseUpTheTurn() {
    Hub.Partner hotel = hub.partner("en", 1);
    hub.jdbc()
        .execute(
            """
            create trigger no_notices before insert on events for each row
            begin
              if new.topic = 'send.telegram' then signal sqlstate '45000'; end if;
            end
            """);
    try {
      opens(hotel, "");
      await()
          .atMost(Hub.PATIENCE)
          .until(
              () ->
                  hub.count(
                          "deliveries where subscriber = 'telegram-click' and state = 'due' and attempts > 0")
                      > 0);
      assertThat(hub.count("click_notices where partner_id = " + hotel.id())).isZero();
    } finally {
      hub.jdbc().execute("drop trigger no_notices");
    }
    hub.deliversNow();
    assertThat(told(hotel.chats().get(0))).hasSize(1);
  }

  /** Nobody posts a webhook here: the link, the notice and the reports are all there is. */
  @Test
  void aBusinessWithoutAnyWhatsAppApiHearsOfClicksAndReadsOfThemInBothReports() {
    hub.jdbc().update("update partners set active = false");
    Hub.Partner hotel = hub.partner("ru", 1);
    Instant yesterday = Instant.parse("2027-05-04T08:00:00Z");
    createdAt(hotel, yesterday.minusSeconds(86_400));
    clock.shows(yesterday);
    opens(hotel, "");
    opens(hotel, "");
    open("/w/LOST-IN-MAY");
    hub.isQuiet();
    assertThat(told(hotel.chats().get(0))).hasSize(1);
    assertThat(hub.count("leads where partner_id = " + hotel.id())).isZero();

    clock.shows(Instant.parse("2027-05-05T02:30:00Z"));
    camel.sendBody("direct:make-reports", "");
    camel.sendBody("direct:make-owner-reports", "");
    hub.isQuiet();

    assertThat(told(hotel.chats().get(0)))
        .last()
        .asString()
        .startsWith("<b>Лиды за 2027-05-04</b>")
        .endsWith("Переходы по вашей ссылке: 2, из них стали лидами: 0");
    assertThat(told(Hub.OWNER_CHAT))
        .filteredOn(text -> text.startsWith("<b>The day 2027-05-04"))
        .singleElement()
        .asString()
        .contains("Leads: 0\n")
        .contains("(<code>" + hotel.code() + "</code>): 0, clicks 2\n")
        .contains("Clicks on links: 2, of which became leads: 0\n")
        .contains("Clicks with a code that nobody has: 1\n");
  }

  @Test
  void theApiListsClicksAndCountsThemByPartnerPlacementDayDeviceAndCountry() {
    clock.shows(Instant.parse("2026-03-04T08:00:00Z"));
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    long lead = hub.onlyLead(dana).path("id").asLong();
    opens(hotel, "?placement=lobby");
    opens(hotel, "?placement=lobby", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)");
    opens(hotel, "", "Referer", "https://example.com/x");
    hub.isQuiet();
    hub.jdbc()
        .update(
            "update clicks set lead_id = ? where partner_id = ? and placement = 'lobby'",
            lead,
            hotel.id());
    // 18:30 UTC is half past one of the next day in Bangkok.
    hub.jdbc()
        .update(
            "update clicks set at = '2026-02-01 18:30:00' where partner_id = ? and placement is null",
            hotel.id());

    List<JsonNode> all = Hub.items(hub.api("/clicks?partner=" + hotel.code()));
    assertThat(all).hasSize(3);
    assertThat(all.get(0).path("referrer").asText()).isEqualTo("example.com");
    assertThat(all.get(0).path("leadId").isNull()).isTrue();
    assertThat(all.get(0).path("at").asText()).isEqualTo("2026-02-01T18:30:00Z");
    assertThat(all.get(1).path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(all.get(1).path("leadId").asLong()).isEqualTo(lead);
    assertThat(Hub.items(hub.api("/clicks?placement=lobby&partner=" + hotel.code()))).hasSize(2);
    Hub.Answer page = hub.api("/clicks?limit=2&partner=" + hotel.code());
    assertThat(Hub.items(page)).hasSize(2);
    String next = page.json().path("next").asText();
    assertThat(Hub.items(hub.api("/clicks?cursor=" + next + "&partner=" + hotel.code())))
        .hasSize(1);

    String since = "&since=2026-01-31T17:00:00Z&partner=" + hotel.code();
    assertThat(summary("partner" + since)).containsExactly(hotel.code() + " 3 1");
    assertThat(summary("placement" + since)).containsExactly("lobby 2 1", "null 1 0");
    assertThat(summary("device" + since)).containsExactly("phone 2 1", "desktop 1 1");
    assertThat(summary("country" + since)).containsExactly("null 3 1");
    assertThat(summary("day" + since)).containsExactly("2026-02-02 1 0", "2026-03-04 2 1");
    assertThat(summary("partner&partner=" + hotel.code()))
        .as("of 30 days")
        .containsExactly(hotel.code() + " 2 1");
    Hub.Answer bad = hub.api("/clicks/summary?by=weather");
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.json().path("detail").asText())
        .contains("partner, placement, day, device or country");
    assertThat(hub.api("/clicks/summary?by=day&since=2025-12-03T00:00:00Z").status())
        .as("91 days ago")
        .isEqualTo(200);
    assertThat(hub.api("/clicks/summary?by=day&since=2025-12-01T00:00:00Z").status())
        .as("93 days ago")
        .isEqualTo(400);
    for (String path : List.of("/clicks", "/clicks/summary", "/clicks/summary?by=day")) {
      String future = path + (path.contains("?") ? "&" : "?") + "since=2026-03-04T08:00:01Z";
      assertThat(hub.api(future).status()).as(future).isEqualTo(400);
    }
    assertThat(hub.get("/api/clicks").status()).isEqualTo(401);
  }

  @Test
  void aSummaryThatIsNotWholeSaysThatThereIsMore() {
    Hub.Partner hotel = hub.partner("en", 0);
    hub.jdbc()
        .update(
            """
            insert into clicks (reference, partner_id, code, placement, device, at)
            with recursive n as (select 1 as i union all select i + 1 from n where i < 501)
            select concat('m', i), ?, 'X', concat('p', i), 'phone', now(6) - interval 1 minute from n
            """,
            hotel.id());

    Hub.Answer placements = hub.api("/clicks/summary?by=placement&partner=" + hotel.code());
    Hub.Answer devices = hub.api("/clicks/summary?by=device&partner=" + hotel.code());

    assertThat(Hub.items(placements)).hasSize(500);
    assertThat(placements.json().path("more").asBoolean()).isTrue();
    assertThat(Hub.items(devices)).hasSize(1);
    assertThat(devices.json().path("more").asBoolean()).isFalse();
  }

  /** As where tell-every is 0; another node's clock may be ahead of the database's. */
  @Test
  void whereEachClickIsToldNoTurnIsWaitedFor() {
    Hub.Partner hotel = hub.partner("en", 1);
    hub.jdbc().update("insert into click_notices values (?, now(6) + interval 1 hour)", hotel.id());

    for (String reference : List.of("first", "second")) {
      camel.sendBody(
          "direct:tell-click",
          Map.of(
              "reference",
              reference,
              "partnerId",
              hotel.id(),
              "partnerCode",
              hotel.code(),
              "partnerName",
              "Hotel",
              "partnerLocale",
              "en",
              "device",
              "phone",
              "seconds",
              0));
    }
    hub.isQuiet();

    assertThat(told(hotel.chats().get(0))).hasSize(2);
  }

  private List<String> summary(String by) {
    return Hub.items(hub.api("/clicks/summary?by=" + by)).stream()
        .map(one -> one.path("key").asText() + " " + one.path("clicks") + " " + one.path("leads"))
        .toList();
  }

  @Test
  void theQrCodeOfALinkIsAPictureThatMayBeKeptForAnHour() throws Exception {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer svg = hub.get("/qr/" + hotel.code().toLowerCase() + ".svg?placement=lobby");
    HttpResponse<byte[]> png =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(hub.address("/qr/" + hotel.code() + ".png?size=300"))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());

    assertThat(svg.status()).isEqualTo(200);
    assertThat(svg.header("Content-Type")).startsWith("image/svg+xml");
    assertThat(svg.header("Cache-Control")).contains("max-age=3600");
    assertThat(svg.body()).contains("Partner " + hotel.code());
    assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(ImageIO.read(new ByteArrayInputStream(png.body())).getWidth()).isEqualTo(300);
    assertThat(
            hub.get(
                    "/qr/" + hotel.code() + ".svg?placement=lobby",
                    "If-None-Match",
                    svg.header("ETag"))
                .status())
        .isEqualTo(304);
    assertThat(hub.get("/qr/" + hotel.code() + ".png?size=5000").status()).isEqualTo(400);
    assertThat(hub.get("/qr/" + hotel.code() + ".png?placement=%3Cb%3E").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/qr/NOBODYS.svg", "/qr/", "/qr", "/qr/a/b"})
  void theQrCodeOfACodeThatNobodyHasIsTheFriendlyPage(String path) {
    Hub.Answer answer = hub.get(path, "Accept-Language", "ru");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).startsWith("text/html");
    assertThat(answer.body()).contains("Эта ссылка больше никуда не ведёт");
  }

  @Test
  void clicksThatAreOldEnoughAreForgotten() {
    Hub.Partner hotel = hub.partner("en", 0);
    opens(hotel, "");
    opens(hotel, "?placement=old");
    hub.isQuiet();
    hub.jdbc()
        .update(
            "update clicks set at = now(6) - interval 401 day where partner_id = ? and placement = 'old'",
            hotel.id());

    camel.sendBody("direct:remove-old-clicks", "");

    assertThat(clicks(hotel)).hasSize(1);
  }

  private void createdAt(Hub.Partner partner, Instant at) {
    hub.jdbc()
        .update(
            "update partners set created_at = ? where id = ?", Timestamp.from(at), partner.id());
  }

  /** The status that a request line is answered with, sent as it is written. */
  private int statusOf(String requestLine) throws IOException {
    try (Socket socket = new Socket("localhost", hub.port())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              (requestLine
                      + "\r\nHost: localhost\r\nUser-Agent: "
                      + PHONE
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ")[1]);
    }
  }

  private List<String> told(long chat) {
    return world.telegram(chat).stream().map(World.TelegramMessage::text).toList();
  }

  private List<Map<String, Object>> clicks(Hub.Partner partner) {
    return hub.jdbc()
        .queryForList("select * from clicks where partner_id = ? order by id", partner.id());
  }

  private Hub.Answer opens(Hub.Partner partner, String query, String... headers) {
    return open("/w/" + partner.code() + query, headers);
  }

  private Hub.Answer open(String path, String... headers) {
    return send("GET", path, headers);
  }

  private Hub.Answer send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(hub.address(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .setHeader("User-Agent", PHONE);
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return hub.send(request.build());
  }
}
