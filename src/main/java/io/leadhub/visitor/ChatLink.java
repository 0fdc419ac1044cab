package io.leadhub.visitor;

import io.leadhub.HubSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;

/** The way on to the business's chat in WhatsApp. */
@Component("chatLink")
public class ChatLink {

  /** Bytes: what the server's headers hold, and a bit less. */
  private static final int LONGEST = 6_000;

  private final String number;

  public ChatLink(HubSettings settings) {
    this.number = settings.whatsapp().number();
  }

  /**
   * @return the business's number, digits only; empty when none is configured
   */
  public String number() {
    return number;
  }

  /**
   * @param text what stands in the field when WhatsApp opens; of a long one as much as fits
   * @return the address that opens it, see https://faq.whatsapp.com/5913398998672934
   */
  public String to(String text) {
    StringBuilder address = new StringBuilder("https://wa.me/" + number + "?text=");
    text.strip()
        .codePoints()
        .mapToObj(Character::toString)
        .map(ChatLink::encode)
        .takeWhile(one -> address.length() + one.length() <= LONGEST)
        .forEach(address::append);
    return address.toString();
  }

  /** Percent-encoded for a path or a query; a space is {@code %20} in both. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
