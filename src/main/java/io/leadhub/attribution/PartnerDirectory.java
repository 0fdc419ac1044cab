package io.leadhub.attribution;

import java.util.List;

/** Which of these codes belong to active partners. */
@FunctionalInterface
public interface PartnerDirectory {

  /** A partner's id and the code as issued. */
  record Entry(long id, String code) {}

  /**
   * @param codes in upper case, may be empty
   */
  List<Entry> byCodes(List<String> codes);
}
