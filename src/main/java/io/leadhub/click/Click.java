package io.leadhub.click;

/**
 * Somebody opened a link, as the topic {@code click} and the table {@code clicks} keep it. Nothing
 * in it tells who it was.
 *
 * @param reference stands in the text that the visitor sends
 * @param partnerId null when nobody has the code
 * @param code as it was asked for, at most 32 characters
 * @param partnerCode as it was issued, or null
 * @param placement where the link hangs, as {@code ?placement=} told, or null
 * @param language what the visitor reads: ru, en or th; null when nothing told
 * @param country two capital letters, or null
 * @param device phone, tablet, desktop or other
 * @param referrer host of the page that the link stood on, or null
 * @param at ISO instant
 */
public record Click(
    String reference,
    Long partnerId,
    String code,
    String partnerCode,
    String placement,
    String language,
    String country,
    String device,
    String referrer,
    String at) {}
