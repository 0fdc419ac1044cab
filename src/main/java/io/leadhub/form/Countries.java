package io.leadhub.form;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.visitor.Visitor;
import jakarta.servlet.http.HttpServletRequest;
import java.text.Collator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Whose local numbers a visitor may type, and which country that most likely is. */
@Component
class Countries {

  /**
   * One to choose.
   *
   * @param region two letters
   * @param name in the language of the page, with the dialling code
   */
  public record Country(String region, String name) {}

  /** Where a language is spoken that tells no country by itself. */
  private static final Map<String, String> BY_LANGUAGE = Map.of("th", "TH", "ru", "RU");

  private final PhoneNumbers phoneNumbers;
  private final List<String> offered;
  private final String header;
  private final String ofTheBusiness;

  Countries(
      PhoneNumbers phoneNumbers, FormSettings settings, HubSettings hub, Environment environment) {
    this.phoneNumbers = phoneNumbers;
    this.offered = settings.countries();
    for (int i = 0; i < offered.size(); i++) {
      if (!isKnown(offered.get(i))) {
        throw new BadSettingException(
            environment,
            "hub.form.countries[" + i + "]",
            "“" + offered.get(i) + "” is no country that has phone numbers.",
            "Write the two capital letters of ISO 3166, such as TH.");
      }
    }
    this.header = environment.getProperty("hub.clicks.country-header", "");
    this.ofTheBusiness =
        phoneNumbers.country(hub.whatsapp().number()).filter(this::isKnown).orElse(offered.get(0));
  }

  /** Those that are offered and that one, in the alphabet of the language. */
  List<Country> toChoose(String chosen, String language) {
    Set<String> regions = new LinkedHashSet<>(offered);
    regions.add(chosen);
    Locale reader = Locale.forLanguageTag(language);
    List<Country> countries = new ArrayList<>();
    for (String region : regions) {
      String name = new Locale.Builder().setRegion(region).build().getDisplayCountry(reader);
      countries.add(
          new Country(region, name + " +" + phoneNumbers.diallingCode(region).getAsInt()));
    }
    countries.sort(Comparator.comparing(Country::name, Collator.getInstance(reader)));
    return countries;
  }

  /**
   * The visitor's country: as whoever stands before the hub tells it ({@code
   * hub.clicks.country-header}), else by the languages that the browser asks for, else by the
   * page's, else that of the business.
   */
  String guess(HttpServletRequest request, String language) {
    List<String> guesses = new ArrayList<>();
    guesses.add(new Visitor(request).country(header));
    if (request.getHeader("Accept-Language") != null) {
      Collections.list(request.getLocales()).forEach(locale -> guesses.add(locale.getCountry()));
    }
    guesses.add(BY_LANGUAGE.get(language));
    return guesses.stream().filter(this::isKnown).findFirst().orElse(ofTheBusiness);
  }

  /** Whether there is such a country, with phone numbers of its own. */
  boolean isKnown(String region) {
    return region != null
        && region.matches("[A-Z]{2}")
        && phoneNumbers.diallingCode(region).isPresent();
  }
}
