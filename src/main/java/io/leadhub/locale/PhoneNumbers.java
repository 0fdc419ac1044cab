package io.leadhub.locale;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.stereotype.Component;

/** Phone numbers as providers write them, made E.164 (+66812345678) by libphonenumber. */
@Component
public class PhoneNumbers {

  private final PhoneNumberUtil library = PhoneNumberUtil.getInstance();

  /**
   * @param written an international number, with or without its +
   * @return E.164, or empty when that can be no phone number
   */
  public Optional<String> normalise(String written) {
    return parse(written)
        .filter(library::isPossibleNumber)
        .map(number -> library.format(number, PhoneNumberFormat.E164));
  }

  /**
   * What somebody typed about themselves, where {@link #normalise(String)} reads what a provider
   * says: it may be local, and has to be a number that is given out in its country.
   *
   * @param written a local number of the country, or an international one with + or 00 before it;
   *     with any punctuation, in digits of any script
   * @param country two letters
   * @return E.164, or empty when there is no such number
   */
  public Optional<String> normalise(String written, String country) {
    if (written == null || written.codePoints().anyMatch(Character::isLetter)) {
      return Optional.empty();
    }
    try {
      PhoneNumber number = library.parse(written.strip().replaceFirst("^[0٠๐]{2}", "+"), country);
      return library.isValidNumber(number)
          ? Optional.of(library.format(number, PhoneNumberFormat.E164))
          : Optional.empty();
    } catch (NumberParseException e) {
      return Optional.empty();
    }
  }

  /**
   * @param country two letters
   * @return what is dialled before its numbers, 66 for TH; empty when there is no such country
   */
  public OptionalInt diallingCode(String country) {
    int code = library.getCountryCodeForRegion(country);
    return code == 0 ? OptionalInt.empty() : OptionalInt.of(code);
  }

  /**
   * @return the country's two letters, or empty when the number does not tell
   */
  public Optional<String> country(String written) {
    return parse(written)
        .map(number -> library.getRegionCodeForCountryCode(number.getCountryCode()));
  }

  /**
   * Whether a number may be of that country; some countries share a calling code.
   *
   * @param country two letters
   * @return empty when the number or the country does not tell
   */
  public Optional<Boolean> isOf(String country, String written) {
    int code = library.getCountryCodeForRegion(country.toUpperCase(Locale.ROOT));
    return code == 0
        ? Optional.empty()
        : parse(written).map(number -> number.getCountryCode() == code);
  }

  private Optional<PhoneNumber> parse(String written) {
    if (written == null) {
      return Optional.empty();
    }
    String trimmed = written.strip();
    try {
      return Optional.of(library.parse(trimmed.startsWith("+") ? trimmed : "+" + trimmed, null));
    } catch (NumberParseException e) {
      return Optional.empty();
    }
  }
}
