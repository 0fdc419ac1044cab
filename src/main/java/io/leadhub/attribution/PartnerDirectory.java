package io.leadhub.attribution;

import java.util.List;

/** The partners that leads can be credited to. */
@FunctionalInterface
public interface PartnerDirectory {

  /**
   * @param code as issued, in upper case
   * @param locale language of what the partner reads
   * @param phone the partner's own number, E.164, or null
   */
  record Entry(long id, String code, String name, String locale, String phone) {}

  /**
   * @return active partners, as of now; the very same list as long as none of them changed, so that
   *     what is made of it can be kept beside it
   */
  List<Entry> active();
}
