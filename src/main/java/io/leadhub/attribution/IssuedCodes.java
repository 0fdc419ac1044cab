package io.leadhub.attribution;

import io.leadhub.attribution.PartnerDirectory.Entry;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Makes codes that people copy well. */
@Component
public class IssuedCodes {

  private static final String ALPHABET = "23456789CFGHJMPRVWX";
  private static final int LENGTH = 6;

  private final SecureRandom random = new SecureRandom();

  /**
   * @param existing codes that it must not be, those of partners who are not active included
   */
  public String next(List<Entry> existing) {
    while (true) {
      String code =
          random
              .ints(LENGTH, 0, ALPHABET.length())
              .mapToObj(i -> ALPHABET.substring(i, i + 1))
              .collect(Collectors.joining());
      if (existing.stream().noneMatch(entry -> entry.code().equals(code))) {
        return code;
      }
    }
  }
}
