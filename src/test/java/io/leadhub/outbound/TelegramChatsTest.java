package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import io.leadhub.database.TestDatabase;
import java.util.concurrent.CompletionException;
import org.apache.camel.component.telegram.TelegramException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** Groups that became supergroups. */
@ExtendWith(OutputCaptureExtension.class)
class TelegramChatsTest {

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(TelegramChatsTest.class).dataSource());
  private final TelegramChats chats =
      new TelegramChats(jdbc, TestSettings.of("hub.owner.telegram-chat-id", "-42"));

  @Test
  void telegramNamesTheNewId() {
    assertThat(chats.newId(refused("{\"parameters\":{\"migrate_to_chat_id\":-1001234567890}}")))
        .isEqualTo(-1001234567890L);
    assertThat(chats.hasMoved(refused("{\"parameters\":{\"retry_after\":3}}"))).isFalse();
    assertThat(chats.hasMoved(refused("<html>"))).isFalse();
    assertThat(chats.hasMoved(new IllegalStateException())).isFalse();
  }

  @Test
  void theOwnerIsToldWhatToSet(CapturedOutput log) {
    chats.move(-7, -1007);
    assertThat(log.toString()).doesNotContain("hub.owner.telegram-chat-id");
    chats.move(-42, -1001234567890L);
    assertThat(log.toString()).contains("set hub.owner.telegram-chat-id to -1001234567890");
  }

  private static Throwable refused(String answer) {
    return new CompletionException(
        new TelegramException("Telegram answered HTTP 400", 400, answer));
  }
}
