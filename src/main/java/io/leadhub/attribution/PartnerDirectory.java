package io.leadhub.attribution;

import java.util.List;

/** The partners whose codes customers may write. */
@FunctionalInterface
public interface PartnerDirectory {

  /**
   * @param code as issued, in upper case
   * @param locale language of what the partner reads
   * @param phone the partner's own number, E.164, or null
   * @param active whether leads can be credited to them
   */
  record Entry(long id, String code, String name, String locale, String phone, boolean active) {

    /** One who is active. */
    public Entry(long id, String code, String name, String locale, String phone) {
      this(id, code, name, locale, phone, true);
    }
  }

  /**
   * @return as of now, and with those who rest: their codes count for nobody, but they are no typo
   *     of another's either; the very same list as long as none of them changed, so that what is
   *     made of it can be kept beside it
   */
  List<Entry> all();
}
