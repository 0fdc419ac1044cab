package io.leadhub.lead;

import java.time.Instant;

/**
 * What a customer wrote, in the one shape all providers share and with everything checked.
 *
 * @param channel the number of ours they wrote to, as the provider names it, or null
 * @param messageId the provider's id, unique with provider
 * @param kind text, image, …
 * @param phone E.164 with +, or null when waUserId is there
 * @param waUserId business-scoped WhatsApp user id, or null when phone is there
 * @param text what was written, or null
 * @param referral the ad that was tapped, as JSON, or null
 * @param code the partner's code where the way in itself tells it, as a form's address does, or
 *     null
 * @param media id, type and caption of an attachment, as JSON, or null
 */
public record InboundMessage(
    String provider,
    String channel,
    String messageId,
    String kind,
    String phone,
    String waUserId,
    String name,
    String text,
    Instant at,
    String referral,
    String code,
    String media) {

  /** Whether it comes from the sender's phone: who fills in a form may write any number. */
  boolean provesPhone() {
    return !"form".equals(provider);
  }
}
