package io.leadhub.outbound;

import io.leadhub.HubSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Groups that have become supergroups: Telegram gives them another id and takes nothing for the one
 * before, see https://core.telegram.org/bots/api#responseparameters
 */
@Component("telegramChats")
public class TelegramChats {

  private static final Logger log = LoggerFactory.getLogger(TelegramChats.class);

  private final JdbcTemplate jdbc;
  private final String owner;

  TelegramChats(JdbcTemplate jdbc, HubSettings settings) {
    this.jdbc = jdbc;
    this.owner = settings.owner().telegramChatId();
  }

  /** Whether Telegram names another chat instead of the one that was written to. */
  public boolean hasMoved(Throwable failure) {
    return newId(failure) != null;
  }

  /** That chat, or null. */
  public Long newId(Throwable failure) {
    return RemoteFailure.of(failure).map(RemoteFailure::migrateToChatId).orElse(null);
  }

  /**
   * Whoever is told there is told in the new chat from now on; who had both has one. What is under
   * way to the old one finds out by itself.
   */
  public void move(long from, long to) {
    int moved =
        jdbc.update("update ignore partner_chats set chat_id = ? where chat_id = ?", to, from)
            + jdbc.update("delete from partner_chats where chat_id = ?", from);
    if (moved > 0) {
      log.info("A Telegram group of partners has become a supergroup; its new id is kept");
    }
    if (owner.equals(Long.toString(from))) {
      log.warn(
          "The owner's Telegram group has become a supergroup: set hub.owner.telegram-chat-id to {}",
          to);
    }
  }
}
