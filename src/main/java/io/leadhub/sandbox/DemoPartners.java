package io.leadhub.sandbox;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Two made-up partners for the demo, so that a first lead has somebody to go to. */
@Component
@Profile(SandboxEnvironment.PROFILE)
final class DemoPartners implements SmartInitializingSingleton {

  private static final String PARTNER =
      "insert ignore into partners (code, name, locale, time_zone, active) values (?, ?, ?, ?, ?)";

  /** Only a partner without a chat gets one: somebody may have bound a real chat since. */
  private static final String CHAT =
      """
      insert ignore into partner_chats (partner_id, chat_id)
      select id, ? from partners
      where code = ? and not exists (select 1 from partner_chats where partner_id = partners.id)
      """;

  private final JdbcTemplate jdbc;

  DemoPartners(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void afterSingletonsInstantiated() {
    add("HOTEL1", "Demo Hotel", "ru", "Asia/Bangkok", "1001");
    add("BLOG22", "Demo Blog", "en", "Europe/London", "1002");
  }

  private void add(String code, String name, String locale, String timeZone, String chat) {
    jdbc.update(PARTNER, code, name, locale, timeZone, true);
    jdbc.update(CHAT, chat, code);
  }
}
