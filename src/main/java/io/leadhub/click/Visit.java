package io.leadhub.click;

/**
 * A request for a partner's link, and what it is answered with.
 *
 * @param answer {@code chat}: on to WhatsApp; {@code page}: the partner's page; {@code unknown}:
 *     the page for a code that nobody has; {@code prefetch}: come again when somebody looks
 * @param click null when nobody looked, or so many did that this one is not kept
 * @param language ru, en or th
 * @param number the business's WhatsApp number, digits only; empty when none is configured
 * @param code the partner's, as it was issued; of an unknown one as it was asked for
 * @param partnerName null when nobody has the code
 */
public record Visit(
    String answer, Click click, String language, String number, String code, String partnerName) {}
