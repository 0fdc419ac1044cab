package io.leadhub.attribution;

import java.util.Collection;
import java.util.Map;

/** Which of these codes belong to active partners. */
@FunctionalInterface
public interface PartnerDirectory {

  /** A partner's id and the code as issued. */
  record Entry(long id, String code) {}

  /**
   * @param codes in upper case, may be empty
   * @return the partner of each code that has one; several codes may be written for the same
   */
  Map<String, Entry> byCodes(Collection<String> codes);
}
