package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Partners are created, changed and brought in from a table through the API. */
class PartnersApiTest extends Journey {

  @Test
  void aPartnerIsCreatedFoundChangedAndRestsWhileItsLeadsStay() {
    String code = Hub.unique("API-").toUpperCase();
    JsonNode created =
        answer(
            201,
            hub.apiPost(
                "/partners",
                """
                {"code": "%s", "name": "Sea View", "locale": "en", "timeZone": "Asia/Bangkok",
                 "phone": "+66 81 234 5678", "telegramChatIds": [71, -72]}
                """
                    .formatted(code)));
    assertThat(created.path("phone").asText()).isEqualTo("+66812345678");
    assertThat(created.path("telegramChatIds").toString()).isEqualTo("[71,-72]");
    assertThat(created.path("qr").asText()).isEqualTo(Hub.PUBLIC_URL + "/qr/" + code + ".png");
    assertThat(created.path("qrSvg").asText()).isEqualTo(Hub.PUBLIC_URL + "/qr/" + code + ".svg");
    assertThat(created.path("form").asText()).isEqualTo(Hub.PUBLIC_URL + "/form/" + code);
    assertThat(created.path("warnings").isArray()).isTrue();
    assertThat(answer(200, hub.api("/partners/" + code))).isEqualTo(created);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Code: " + code));
    assertThat(hub.onlyLead(dana).path("partnerCode").asText()).isEqualTo(code);

    JsonNode changed = answer(200, patch(code, "{\"name\":\"Sky View\",\"phone\":null}"));
    assertThat(changed.path("name").asText()).isEqualTo("Sky View");
    assertThat(changed.path("phone").isNull()).isTrue();
    assertThat(changed.path("timeZone").asText()).isEqualTo("Asia/Bangkok");

    JsonNode emptied = answer(200, patch(code, "{\"telegramChatIds\":null,\"locale\":null}"));
    assertThat(emptied.path("telegramChatIds").toString()).isEqualTo("[]");
    assertThat(emptied.path("locale").asText()).isEqualTo("en");

    assertThat(answer(200, send("DELETE", code, "")).path("active").asBoolean()).isFalse();
    assertThat(answer(200, send("DELETE", code, "")).path("active").asBoolean()).isFalse();
    assertThat(hub.get("/form/" + code).status()).isEqualTo(404);
    assertThat(hub.leads(dana).get(0).path("partnerCode").asText()).isEqualTo(code);
    Customer late = Customer.named("Late");
    hub.isToldByMeta(late.writes("Code: " + code));
    assertThat(hub.onlyLead(late).path("partnerCode").isNull()).isTrue();

    JsonNode active = answer(200, hub.apiPost("/partners/" + code + "/activate", ""));
    assertThat(active.path("active").asBoolean()).isTrue();
    assertThat(hub.get("/form/" + code).status()).isEqualTo(200);
  }

  @Test
  void whoBringsNoCodeIsIssuedOneThatWorks() {
    String code = answer(201, hub.apiPost("/partners", "{\"name\":\"New\"}")).path("code").asText();

    assertThat(code).hasSizeGreaterThan(4);
    assertThat(hub.get("/form/" + code).status()).isEqualTo(200);
  }

  @Test
  void aCodeThatLooksLikeAnotherIsRefusedAndNamesIt() {
    String code = Hub.unique("LOOK0-").toUpperCase();
    hub.apiPost("/partners", "{\"code\":\"" + code + "\",\"name\":\"First\"}");

    JsonNode problem =
        answer(
            409,
            hub.apiPost(
                "/partners",
                "{\"code\":\"" + code.replace("LOOK0", "LO0KO") + "\",\"name\":\"Second\"}"));

    assertThat(problem.path("detail").asText()).contains("looks like " + code);
  }

  @Test
  void whatCanNotBeDoneIsToldInWords() {
    Hub.Partner hotel = hub.partner("en", 0);

    assertThat(answer(404, hub.api("/partners/GHOST-9")).path("detail").asText())
        .contains("No partner has the code GHOST-9");
    assertThat(answer(404, send("DELETE", "GHOST-9", "")).path("status").asInt()).isEqualTo(404);
    assertThat(answer(400, patch(hotel.code(), "{\"code\":\"NEW\"}")).path("detail").asText())
        .contains("never changed");
    assertThat(answer(400, patch(hotel.code(), "{\"nick\":\"N\"}")).path("detail").asText())
        .contains("nick is no field");
    assertThat(answer(400, patch(hotel.code(), "[]")).path("status").asInt()).isEqualTo(400);
    assertThat(answer(400, hub.api("/partners?active=perhaps")).path("status").asInt())
        .isEqualTo(400);
  }

  @Test
  void partnersAreListedInPagesNewestFirst() {
    String name = Hub.unique("Listed ");
    for (int i = 1; i <= 3; i++) {
      hub.apiPost("/partners", "{\"name\":\"" + name + " " + i + "\"}");
    }

    String query = "/partners?active=true&limit=2&q=" + name.replace(" ", "%20");
    JsonNode first = answer(200, hub.api(query));
    JsonNode second = answer(200, hub.api(query + "&cursor=" + first.path("next").asText()));

    assertThat(first.path("items").findValuesAsText("name"))
        .containsExactly(name + " 3", name + " 2");
    assertThat(first.at("/items/0/link").asText()).startsWith(Hub.PUBLIC_URL + "/w/");
    assertThat(second.path("items").findValuesAsText("name")).containsExactly(name + " 1");
    assertThat(second.path("next").isNull()).isTrue();
  }

  @Test
  void aTableIsPreviewedAndThenAppliedWholeOrNotAtAll() {
    String code = Hub.unique("CSV-").toUpperCase();
    String file = "code;name;locale\r\n" + code + ";Маша;ru\r\n";

    JsonNode preview = answer(200, imports("?preview=true", file, "text/csv"));
    assertThat(preview.path("applied").asBoolean()).isFalse();
    assertThat(preview.at("/create/0/name").asText()).isEqualTo("Маша");
    assertThat(preview.at("/create/0/link").asText()).endsWith("/w/" + code);
    assertThat(preview.at("/create/0/qr").asText()).endsWith("/qr/" + code + ".png");
    assertThat(preview.at("/create/0/form").asText()).endsWith("/form/" + code);
    assertThat(hub.api("/partners/" + code).status()).isEqualTo(404);

    JsonNode broken = answer(422, imports("", file + "X;Too short;ru\r\n", "text/csv"));
    assertThat(broken.at("/errors/0/line").asInt()).isEqualTo(3);
    assertThat(broken.at("/errors/0/problem").asText()).contains("code must be");
    assertThat(hub.api("/partners/" + code).status()).isEqualTo(404);

    assertThat(
            answer(200, imports("", file, "text/csv; charset=utf-8")).path("applied").asBoolean())
        .isTrue();
    assertThat(answer(200, hub.api("/partners/" + code)).path("name").asText()).isEqualTo("Маша");

    String changed = file.replace("Маша", "Саша");
    JsonNode wouldChange = answer(200, imports("?preview=true", changed, "text/csv"));
    JsonNode change = answer(200, imports("", changed, "text/csv"));
    assertThat(change.at("/change/0/fields/name/from").asText()).isEqualTo("Маша");
    assertThat(change.at("/change/0/fields/name/to").asText()).isEqualTo("Саша");
    assertThat(change.at("/change/0/code").asText()).isEqualTo(code);
    assertThat(change.at("/change/0/link").asText()).isEqualTo(Hub.PUBLIC_URL + "/w/" + code);
    assertThat(change.at("/change/0/qr").asText()).endsWith("/qr/" + code + ".png");
    assertThat(change.at("/change/0/qrSvg").asText()).endsWith("/qr/" + code + ".svg");
    assertThat(change.at("/change/0/form").asText()).endsWith("/form/" + code);
    assertThat(wouldChange.path("change")).isEqualTo(change.path("change"));
    JsonNode again = answer(200, imports("", changed, "text/csv"));
    assertThat(again.path("change")).isEmpty();
    assertThat(again.path("unchanged").asInt()).isEqualTo(1);
  }

  @Test
  void aTableThatIsTooLargeOrNoTableIsRefused() {
    answer(413, imports("", "code,name\n" + "x".repeat(2 * 1024 * 1024), "text/csv"));
    answer(415, imports("", "{}", "application/json"));
    assertThat(hub.post("/api/partners/import", "code").status()).isEqualTo(401);
  }

  private Hub.Answer imports(String query, String file, String type) {
    return hub.postAs(
        type, "/api/partners/import" + query, file, "Authorization", "Bearer " + Hub.API_TOKEN);
  }

  private Hub.Answer patch(String code, String body) {
    return send("PATCH", code, body);
  }

  private Hub.Answer send(String method, String code, String body) {
    return hub.send(
        HttpRequest.newBuilder(hub.address("/api/partners/" + code))
            .header("Authorization", "Bearer " + Hub.API_TOKEN)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body, StandardCharsets.UTF_8))
            .build());
  }

  private static JsonNode answer(int status, Hub.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer.json();
  }
}
