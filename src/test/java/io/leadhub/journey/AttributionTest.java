package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leadhub.attribution.ClickReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whose a lead is when the code is there, misspelt or deleted; and how a person has the last word.
 */
class AttributionTest extends Journey {

  /** Guesses look at all clicks of the last half hour, those of other tests as well. */
  @BeforeEach
  void nobodyHasClickedLately() {
    hub.jdbc().update("update clicks set at = at - interval 30 day");
  }

  @Test
  void aMessageWhoseCodeWasDeletedIsCreditedByTheReferenceOfItsClick() {
    Hub.Partner hotel = hub.partner("en", 1);
    String reference = clicked(hotel, "en", null, Duration.ofDays(2));
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello! #" + reference.toLowerCase(Locale.ROOT)));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(whose(lead)).isEqualTo(hotel.code() + " by click-reference, sure");
    assertThat(leadOfClick(reference)).isEqualTo(lead.path("id").asLong());
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(hub.story(lead).path("attributions").path(0).path("evidence").asText())
        .isEqualTo("#" + reference);
  }

  @Test
  void theClicksOfACustomerWhoComesBackAreNotGuessedForAStranger() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello! Code: " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);
    String named = clicked(hotel, "en", null, Duration.ofMinutes(5));
    String unnamed = clicked(hotel, "en", null, Duration.ofMinutes(3));

    hub.isToldByMeta(dana.writes("Once more: #" + named));
    hub.isToldByMeta(dana.writes("And once more, code " + hotel.code()));

    await()
        .untilAsserted(
            () -> {
              assertThat(leadOfClick(named)).isEqualTo(lead.path("id").asLong());
              assertThat(leadOfClick(unnamed)).isEqualTo(lead.path("id").asLong());
            });
    Customer stranger = Customer.named("Stranger");
    hub.isToldByMeta(stranger.writes("Hello, any scooters?"));
    assertThat(whose(hub.onlyLead(stranger))).isEqualTo("nobody");
  }

  @Test
  void aReferenceThatIsTooOldTellsNothing() {
    Hub.Partner hotel = hub.partner("en", 0);
    String reference = clicked(hotel, "en", null, Duration.ofDays(8));
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello! #" + reference));

    assertThat(whose(hub.onlyLead(dana))).isEqualTo("nobody");
  }

  @Test
  void withoutReferenceTheOnlyClickThatFitsIsSuspectedEverywhere() {
    Hub.Partner hotel = hub.partner("en", 1);
    String reference = clicked(hotel, "en", "TH", Duration.ofMinutes(3));
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello, do you have a free car?"));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(whose(lead)).isEqualTo(hotel.code() + " by click-guess, suspected");
    assertThat(leadOfClick(reference)).isEqualTo(lead.path("id").asLong());
    assertThat(hub.story(lead).path("attributions").path(0).path("confidence").asDouble())
        .isBetween(0.85, 0.95);
    assertThat(world.telegram(hotel.chats().get(0)).get(0).text())
        .contains("Suspected to be yours: only your link was opened");
    assertThat(world.crm(dana).get(0).lead().path("certainty").asText()).isEqualTo("suspected");
    assertThat(listed("suspected", lead)).isNotNull();
    assertThat(listed("sure", lead)).isNull();
    assertThat(listed("none", lead)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"ru, TH, 3", "en, TH, 31"})
  void aClickInAnotherLanguageOrTooOldIsNotGuessed(String language, String country, int minutes) {
    clicked(hub.partner("en", 0), language, country, Duration.ofMinutes(minutes));
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello, do you have a free car?"));

    assertThat(whose(hub.onlyLead(dana))).isEqualTo("nobody");
  }

  @Test
  void clicksOnSeveralLinksAreOnlySuggestedTheLikelierFirst() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("en", 1);
    clicked(hotel, "en", "TH", Duration.ofMinutes(20));
    clicked(blog, "en", "TH", Duration.ofMinutes(2));
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello, do you have a free car?"));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(whose(lead)).isEqualTo("nobody");
    List<JsonNode> suggestions = Hub.list(listed("none", lead).path("suggestions"));
    assertThat(suggestions)
        .extracting(one -> one.path("partnerCode").asText())
        .containsExactly(blog.code(), hotel.code());
    assertThat(suggestions.get(0).path("confidence").asDouble())
        .isGreaterThan(suggestions.get(1).path("confidence").asDouble());
    assertThat(Hub.list(hub.story(lead).path("story")))
        .extracting(JsonNode::asText)
        .as("two suggestions, and no click that is known to be the sender's")
        .hasSize(3)
        .noneMatch(sentence -> sentence.contains("lobby"));
    assertThat(world.telegram(hotel.chats().get(0))).isEmpty();
    assertThat(world.telegram(blog.chats().get(0))).isEmpty();
  }

  @Test
  void aMisspeltCodeIsSuspectedUntilItIsWrittenRight() {
    Hub.Partner hotel = hub.partner("en", 1);
    hub.jdbc()
        .update("update partners set code = ? where id = ?", "Q" + hotel.code() + "Z", hotel.id());
    String code = "Q" + hotel.code() + "Z";
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes("Hello, code " + code.replace("Z", "ZZ")));
    assertThat(whose(hub.onlyLead(dana))).isEqualTo(code + " by typo, suspected");
    hub.isToldByMeta(dana.writes("Sorry, code " + code));

    assertThat(whose(hub.onlyLead(dana))).isEqualTo(code + " by keyword, sure");
    assertThat(world.crm(dana))
        .extracting(World.CrmEvent::type)
        .containsExactlyInAnyOrder("lead.created", "lead.updated", "lead.attributed");
    assertThat(world.telegram(hotel.chats().get(0))).as("told once").hasSize(1);
  }

  @Test
  void theClickOfWhoWroteTheCodeIsNotGuessedToBeSomebodyElses() {
    Hub.Partner hotel = hub.partner("en", 0);
    String before = clicked(hotel, "en", null, Duration.ofMinutes(40));
    String reference = clicked(hotel, "en", null, Duration.ofMinutes(3));
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");

    hub.isToldByMeta(dana.writes("Hello! Code: " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);
    hub.isToldByMeta(tom.writes("Hello, do you have a free car?"));

    assertThat(leadOfClick(reference)).isEqualTo(lead.path("id").asLong());
    assertThat(leadOfClick(before)).isNull();
    assertThat(whose(hub.onlyLead(tom))).isEqualTo("nobody");
  }

  @Test
  void twoMessagesAreNotBothGuessedToComeOfOneClick() {
    Hub.Partner hotel = hub.partner("en", 0);
    clicked(hotel, "en", null, Duration.ofMinutes(3));
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");

    hub.isToldByMeta(dana.writes("Hello, a car please"), tom.writes("Hello, a scooter please"));

    assertThat(Stream.of(dana, tom).map(one -> whose(hub.onlyLead(one))))
        .containsExactlyInAnyOrder(hotel.code() + " by click-guess, suspected", "nobody");
  }

  @Test
  void whatAnotherSystemTellsIsNotGuessed() {
    clicked(hub.partner("en", 0), "en", null, Duration.ofMinutes(3));
    Customer dana = Customer.named("Dana");

    hub.isToldByAnotherSystem(dana.writes("Hello, do you have a free car?"));

    assertThat(whose(hub.onlyLead(dana))).isEqualTo("nobody");
  }

  @Test
  void twoCodesAreSuggestedAndWhenAPersonChoosesAllFollow() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("ru", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello, code " + hotel.code() + " or code " + blog.code()));
    JsonNode lead = hub.onlyLead(dana);
    assertThat(whose(lead)).isEqualTo("nobody");
    assertThat(Hub.list(listed("none", lead).path("suggestions")))
        .extracting(one -> one.path("partnerCode").asText())
        .containsExactlyInAnyOrder(hotel.code(), blog.code());
    assertThat(inTheSheet(lead, hotel) || inTheSheet(lead, blog)).isFalse();

    Hub.Answer answer = assign(lead, blog.code(), "Anna");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(whose(answer.json())).isEqualTo(blog.code() + " by person, sure");
    assertThat(whose(hub.onlyLead(dana))).isEqualTo(blog.code() + " by person, sure");
    assertThat(answer.json().path("suggestions")).isEmpty();
    assertThat(listed("none", lead)).isNull();
    assertThat(ledger(answer.json()))
        .as("what was suggested stays known")
        .containsExactlyInAnyOrder(
            "null suggested " + hotel.code(),
            "null suggested " + blog.code(),
            blog.code() + " they asked for it null");
    assertThat(world.telegram(blog.chats().get(0)).get(0).text())
        .startsWith("<b>Новый лид</b>")
        .contains("Dana");
    assertThat(world.telegram(hotel.chats().get(0))).isEmpty();
    assertThat(inTheSheet(lead, blog)).isTrue();
    World.CrmEvent told = world.crm(dana).get(1);
    assertThat(told.type()).isEqualTo("lead.attributed");
    assertThat(told.lead().path("partnerCode").asText()).isEqualTo(blog.code());
    assertThat(told.lead().path("certainty").asText()).isEqualTo("sure");
    assertThat(told.lead().path("previousPartnerCode").isNull()).isTrue();
  }

  @Test
  void aFormProvesNoPhoneSoItTakesNoOpenLeadAndAPersonChooses() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello, code " + hotel.code()));
    hub.isQuiet();

    FormTest.sends(hub, blog.code(), "lang=en", FormTest.filledIn(dana));
    hub.isQuiet();

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("messageCount").asInt()).isEqualTo(2);
    assertThat(whose(lead)).isEqualTo(hotel.code() + " by keyword, sure");
    assertThat(listed("none", lead)).isNull();
    assertThat(Hub.list(listed("suggested", lead).path("suggestions")))
        .extracting(one -> one.path("partnerCode").asText() + " " + one.path("rule").asText())
        .containsExactly(blog.code() + " form");
    assertThat(world.telegram(blog.chats().get(0))).isEmpty();

    assign(lead, hotel.code(), "Anna");

    assertThat(listed("suggested", lead)).isNull();
    assertThat(whose(hub.onlyLead(dana))).isEqualTo(hotel.code() + " by person, sure");
    assertThat(ledger(hub.story(lead)))
        .containsExactly(
            hotel.code() + " null null",
            hotel.code() + " suggested " + blog.code(),
            hotel.code() + " they asked for it null");
    assertThat(world.telegram(hotel.chats().get(0))).as("told once").hasSize(1);
  }

  @Test
  void whatAPersonTookFromEverybodyNobodyNeedsToLookAtAgain() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    assertThat(listed("none", lead)).isNotNull();

    assign(lead, null, "Anna");

    assertThat(listed("none", lead)).isNull();
    assertThat(hub.story(lead).path("attributions").path(0).path("certainty").isNull()).isTrue();
  }

  @Test
  void aReassignedLeadMovesAndTheFormerPartnerLearnsNothingAboutTheCustomer() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello, code " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);

    assign(lead, blog.code(), "Anna");
    hub.isQuiet();
    assign(lead, hotel.code(), "Boris");
    hub.isQuiet();

    assertThat(whose(hub.onlyLead(dana))).isEqualTo(hotel.code() + " by person, sure");
    String number = lead.path("id").asText();
    List<String> hotelReads =
        world.telegram(hotel.chats().get(0)).stream().map(World.TelegramMessage::text).toList();
    assertThat(hotelReads).hasSize(3);
    assertThat(hotelReads.get(1))
        .contains(number, "reassigned")
        .doesNotContain("Dana", dana.phone());
    assertThat(hotelReads.get(2)).startsWith("<b>New lead</b>");
    assertThat(world.telegram(blog.chats().get(0))).hasSize(2);
    assertThat(world.crm(dana))
        .extracting(
            told ->
                told.lead().path("previousPartnerCode").asText()
                    + " → "
                    + told.lead().path("partnerCode").asText())
        .containsExactly(
            " → " + hotel.code(),
            hotel.code() + " → " + blog.code(),
            blog.code() + " → " + hotel.code());
    assertThat(inTheSheet(lead, hotel)).isTrue();
    assertThat(Hub.list(hub.story(lead).path("attributions")))
        .extracting(one -> one.path("rule").asText() + " " + one.path("by").asText("-"))
        .containsExactly("keyword -", "person Anna", "person Boris");
  }

  @Test
  void theSheetsOtherColumnsAndARowThatWasMovedAreLeftAlone() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    List<String> row = new ArrayList<>(sheetRow(lead));
    row.addAll(List.of("", "called back"));
    world.sheet().removeIf(cells -> cells.get(0).equals(lead.path("id").asText()));
    world.sheet().add(List.of("0", "a row of somebody"));
    world.sheet().add(row);

    assign(lead, hotel.code(), "Anna");
    hub.isQuiet();

    assertThat(sheetRow(lead)).contains(hotel.code(), "called back", dana.number());
  }

  @Test
  void aLeadThatHasNoRowGetsOneInTheEnd() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    world.sheet().remove(sheetRow(lead));

    assign(lead, hotel.code(), "Anna");
    hub.deliversNow();

    assertThat(sheetRow(lead)).contains(hotel.code(), dana.number());
    assertThat(
            hub.deliveries(lead.path("id").asLong(), "google-sheets").stream()
                .filter(one -> one.topic().equals("lead.attributed")))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.state()).isEqualTo("done");
              assertThat(one.attempts()).isEqualTo(5);
            });
  }

  @Test
  void aRowThatIsNotThereYetIsWaitedFor() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    List<String> row = sheetRow(lead);
    world.sheet().remove(row);

    assign(lead, hotel.code(), "Anna");

    hub.delivery(
        dana, "google-sheets", d -> d.topic().equals("lead.attributed") && d.attempts() > 0);
    world.sheet().add(row);
    hub.deliversNow();
    assertThat(inTheSheet(lead, hotel)).isTrue();
  }

  @Test
  void askingTwiceChangesNothingButConfirmsWhatWasSuspected() {
    Hub.Partner hotel = hub.partner("en", 1);
    clicked(hotel, "en", null, Duration.ofMinutes(3));
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello, do you have a free car?"));
    JsonNode lead = hub.onlyLead(dana);

    for (int i = 0; i < 3; i++) {
      assertThat(assign(lead, hotel.code(), "Anna").status()).isEqualTo(200);
    }

    JsonNode now = hub.onlyLead(dana);
    assertThat(whose(now)).isEqualTo(hotel.code() + " by person, sure");
    assertThat(hub.story(lead).path("attributions")).hasSize(2);
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.crm(dana)).hasSize(2);
  }

  @Test
  void manyWhoDecideAtOnceDoSoOneAfterTheOther() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    List<Hub.Partner> partners = Stream.generate(() -> hub.partner("en", 0)).limit(4).toList();

    List<CompletableFuture<Hub.Answer>> asked =
        Stream.concat(partners.stream(), partners.stream())
            .map(one -> CompletableFuture.supplyAsync(() -> assign(lead, one.code(), "Anna")))
            .toList();

    assertThat(asked).allMatch(one -> one.join().status() == 200);
    JsonNode now = hub.onlyLead(dana);
    List<JsonNode> ledger = Hub.list(hub.story(lead).path("attributions"));
    String last = ledger.get(ledger.size() - 1).path("partnerCode").asText();
    assertThat(now.path("partnerCode").asText()).isEqualTo(last);
    List<World.CrmEvent> told =
        world.crm(dana).stream().filter(one -> one.type().equals("lead.attributed")).toList();
    assertThat(told).hasSameSizeAs(ledger);
    String before = "";
    for (World.CrmEvent one : told) {
      assertThat(one.lead().path("previousPartnerCode").asText("").replace("null", ""))
          .isEqualTo(before);
      before = one.lead().path("partnerCode").asText();
    }
    assertThat(before).isEqualTo(last);
  }

  @Test
  void aLeadCanBeTakenFromEverybodyAndNoCodeGivesItBack() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello, code " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);

    Hub.Answer answer = assign(lead, null, "Anna");
    hub.isToldByMeta(dana.writes("But code " + hotel.code()));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(whose(hub.onlyLead(dana))).isEqualTo("nobody");
    assertThat(inTheSheet(lead, hotel)).isFalse();
    assertThat(Hub.list(hub.story(lead).path("attributions")))
        .extracting(one -> one.path("reason").asText())
        .endsWith("decided-by-a-person");
  }

  @Test
  void whatCannotBeAssignedIsRefusedInWords() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    Hub.Partner gone = hub.partner("en", 0);
    hub.jdbc().update("update partners set active = false where id = ?", gone.id());
    String path = "/leads/" + lead.path("id").asLong() + "/attribution";

    assertThat(assign(lead, "NOBODYS7", "Anna").status()).isEqualTo(400);
    assertThat(assign(lead, "NOBODYS7", "Anna").body()).contains("nobody has this one");
    assertThat(assign(lead, gone.code(), "Anna").status()).isEqualTo(409);
    assertThat(hub.apiPost(path, "{\"by\": \"Anna\"}").body())
        .as("a forgotten partner is not nobody")
        .contains("partner must be a partner's code, or null for nobody");
    assertThat(hub.apiPost(path, "{\"partner\": null}").body()).contains("by must not be blank");
    assertThat(hub.apiPost("/leads/0/attribution", "{\"partner\": null, \"by\": \"A\"}").status())
        .isEqualTo(404);
    assertThat(hub.post("/api" + path, "{\"partner\": null, \"by\": \"A\"}").status())
        .isEqualTo(401);
    assertThat(hub.story(lead).path("attributions")).isEmpty();
  }

  @Test
  void aSecondPartnersCodeLeavesTheLeadWithTheFirstAndStandsInTheLedger() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner blog = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello, code " + hotel.code()));
    hub.isQuiet();

    hub.isToldByMeta(dana.writes("And code " + blog.code()));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(whose(lead)).isEqualTo(hotel.code() + " by keyword, sure");
    JsonNode second = hub.story(lead).path("attributions").path(1);
    assertThat(second.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(second.path("reason").asText()).isEqualTo("first-touch");
    assertThat(second.path("evidencePartnerCode").asText()).isEqualTo(blog.code());
    assertThat(world.telegram(blog.chats().get(0))).isEmpty();
    assertThat(world.crm(dana))
        .extracting(World.CrmEvent::type)
        .containsExactly("lead.created", "lead.updated");
  }

  @Test
  void aPartnerWhoWritesTheirOwnCodeIsNotTheirOwnCustomer() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer owner = Customer.named("Owner");
    hub.jdbc().update("update partners set phone = ? where id = ?", owner.number(), hotel.id());
    String reference = clicked(hotel, "en", null, Duration.ofMinutes(3));

    hub.isToldByMeta(owner.writes("Test, code " + hotel.code()));

    JsonNode lead = hub.onlyLead(owner);
    assertThat(whose(lead)).isEqualTo("nobody");
    JsonNode decision = hub.story(lead).path("attributions").path(0);
    assertThat(decision.path("partnerCode").isNull()).isTrue();
    assertThat(decision.path("certainty").isNull()).isTrue();
    assertThat(decision.path("evidencePartnerCode").asText()).isEqualTo(hotel.code());
    assertThat(decision.path("reason").asText()).isEqualTo("self-referral");
    assertThat(leadOfClick(reference)).isEqualTo(lead.path("id").asLong());
    assertThat(world.telegram(hotel.chats().get(0))).isEmpty();
  }

  @Test
  void whoComesBackAfterTheWindowWithoutACodeIsNobodys() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(
        dana.writes("Hello, code " + hotel.code(), Instant.now().minus(Duration.ofDays(40))));
    hub.isQuiet();

    hub.isToldByMeta(dana.writes("Hello again"));
    hub.isQuiet();

    assertThat(hub.leads(dana).stream().map(AttributionTest::whose))
        .containsExactly("nobody", hotel.code() + " by keyword, sure");
  }

  @Test
  void suspectedLeadsAreFoundByAnIndex() {
    assertThat(
            hub.jdbc()
                .queryForMap(
                    "explain select id from leads where certainty = 'suspected' order by id desc"))
        .extractingByKey("possible_keys")
        .asString()
        .contains("leads_by_certainty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void theLeadTellsItsStoryInWords(String language) {
    Hub.Partner hotel = hub.partner("en", 0);
    Hub.Partner blog = hub.partner("en", 0);
    String reference = clicked(hotel, "en", null, Duration.ofMinutes(3));
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello {0} it's me #" + reference));
    JsonNode lead = hub.onlyLead(dana);
    assign(lead, blog.code(), "Anna");
    hub.isQuiet();

    String path = "/api/leads/" + lead.path("id").asLong();
    String token = "Bearer " + Hub.API_TOKEN;
    List<String> asked =
        Hub.list(
                hub.get(path + "?language=" + language, "Authorization", token)
                    .json()
                    .path("story"))
            .stream()
            .map(JsonNode::asText)
            .toList();
    assertThat(asked).hasSize(4);
    assertThat(asked.get(0))
        .contains(hotel.code(), "lobby")
        .matches("\\d+ \\S+ 20\\d\\d, \\d\\d:\\d\\d: .*");
    assertThat(asked.get(1)).contains("«Hello {0} it's me #" + reference + "»");
    assertThat(asked.get(2)).contains(hotel.code(), "#" + reference);
    assertThat(asked.get(3)).contains(blog.code(), "Anna").endsWith(": they asked for it");
    assertThat(
            hub.get(path, "Authorization", token, "Accept-Language", language + ";q=0.9, xx")
                .json()
                .path("story")
                .toString())
        .isEqualTo(
            hub.get(path + "?language=" + language, "Authorization", token)
                .json()
                .path("story")
                .toString());
  }

  private String clicked(Hub.Partner partner, String language, String country, Duration ago) {
    String reference = ClickReference.next();
    hub.jdbc()
        .update(
            """
            insert into clicks (reference, partner_id, code, placement, language, country, device, at)
            values (?, ?, ?, 'lobby', ?, ?, 'phone', ?)
            """,
            reference,
            partner.id(),
            partner.code(),
            language,
            country,
            Instant.now().minus(ago));
    return reference;
  }

  private Long leadOfClick(String reference) {
    return hub.jdbc()
        .queryForObject("select lead_id from clicks where reference = ?", Long.class, reference);
  }

  private Hub.Answer assign(JsonNode lead, String code, String by) {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("partner", code)
            .put("by", by)
            .put("reason", "they asked for it")
            .toString();
    return hub.apiPost("/leads/" + lead.path("id").asLong() + "/attribution", body);
  }

  /** Whose the lead was, why, and for whom something spoke in vain. */
  private static List<String> ledger(JsonNode story) {
    return Hub.list(story.path("attributions")).stream()
        .map(
            one ->
                one.path("partnerCode").asText()
                    + " "
                    + one.path("reason").asText()
                    + " "
                    + one.path("evidencePartnerCode").asText())
        .toList();
  }

  /** Null where it is not among the latest of them. */
  private JsonNode listed(String attribution, JsonNode lead) {
    return Hub.items(hub.api("/leads?limit=500&attribution=" + attribution)).stream()
        .filter(one -> one.path("id").equals(lead.path("id")))
        .findFirst()
        .orElse(null);
  }

  private List<String> sheetRow(JsonNode lead) {
    await()
        .atMost(Hub.PATIENCE)
        .until(
            () ->
                world.sheet().stream()
                    .anyMatch(cells -> cells.get(0).equals(lead.path("id").asText())));
    return world.sheet().stream()
        .filter(cells -> cells.get(0).equals(lead.path("id").asText()))
        .findFirst()
        .orElseThrow();
  }

  private boolean inTheSheet(JsonNode lead, Hub.Partner partner) {
    return sheetRow(lead).contains(partner.code());
  }

  private static String whose(JsonNode lead) {
    return lead.path("partnerCode").isNull()
        ? "nobody"
        : "%s by %s, %s"
            .formatted(
                lead.path("partnerCode").asText(),
                lead.path("attributedBy").asText(),
                lead.path("certainty").asText());
  }
}
