package io.leadhub.partner;

import java.util.List;
import org.springframework.stereotype.Component;

/** Addresses a text to a partner. */
@Component("partnerChats")
public class PartnerChats {

  /** A text in that language on its way to a Telegram chat. */
  public record Addressed(long chatId, String text, String language) {}

  private final Partners partners;

  PartnerChats(Partners partners) {
    this.partners = partners;
  }

  /**
   * @param partnerId null for a lead that belongs to nobody
   * @return one for each chat of the partner, possibly none
   */
  public List<Addressed> address(Long partnerId, String text, String language) {
    return partners.chats(partnerId).stream()
        .map(chatId -> new Addressed(chatId, text.strip(), language))
        .toList();
  }
}
