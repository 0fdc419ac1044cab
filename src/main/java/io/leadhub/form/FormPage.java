package io.leadhub.form;

import java.util.List;
import java.util.Map;

/**
 * What a visitor is shown, for the templates {@code routes/in/form….<language>.…}.
 *
 * @param page {@code form}, {@code thanks}, {@code unknown}, or {@code whatsapp}: not shown but
 *     sent on
 * @param status of the answer
 * @param language ru, en or th
 * @param code the partner's
 * @param partnerName null when nobody has the code, or it could not be looked up
 * @param trouble why nothing was kept although all is filled in: {@code busy}, {@code lost} or
 *     {@code large}; or null
 * @param problems what is wrong with what was typed, in the order of the fields
 * @param typed name, country, phone and message as they were typed
 * @param countries to choose from
 * @param submission tells this form from others, so that it is kept once however often it is sent
 * @param embedded whether it stands in a frame of another site
 * @param placement where the link hangs, or null
 * @param number the business's WhatsApp number, or null
 * @param retryAfter seconds after which it may be tried again, or null
 * @param message to be kept, or null
 */
public record FormPage(
    String page,
    int status,
    String language,
    String code,
    String partnerName,
    String trouble,
    List<Problem> problems,
    Map<String, String> typed,
    List<Countries.Country> countries,
    String submission,
    boolean embedded,
    String placement,
    String number,
    Long retryAfter,
    Map<String, Object> message) {

  /**
   * @param field name, phone or message
   * @param kind {@code missing}, {@code wrong} or {@code long}
   */
  public record Problem(String field, String kind) {}
}
