package io.leadhub.channel;

import java.time.Instant;
import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** How every way in and out is at the moment. */
@Component
public class Channels {

  private static final int NOTICES = 10;

  /**
   * @param token {@code ok}, {@code refused}, {@code unknown} (it could not be asked), {@code off}
   *     (there is none), or null: not asked yet, or nobody to ask
   * @param tokenSince since when that is so
   * @param checkedAt when the provider last answered
   * @param account what is wrong with the account, in the provider's word, or null
   * @param problem why the last probe failed, or null
   * @param webhookAt when its last webhook came in
   * @param notices the latest ones, newest first
   */
  public record Account(
      String provider,
      String token,
      Instant tokenSince,
      Instant checkedAt,
      String account,
      String problem,
      Instant webhookAt,
      List<Channel> channels,
      List<Told> notices) {

    /** Whether somebody should look: a refused token, an account or number in trouble, silence. */
    public boolean needsAttention() {
      return "refused".equals(token)
          || account != null
          || channels.stream().anyMatch(one -> one.poorQuality || one.silentSince != null);
    }
  }

  /**
   * @param channel our number as the provider names it; empty where it names none
   * @param quality how the provider rates it, in its own word
   * @param poorQuality whether that is one that the owner is told of
   * @param limitTier how many customers a day it may write to first, in the provider's word
   * @param silentSince the last message before a silence that is unusually long, or null
   */
  public record Channel(
      String channel,
      String quality,
      Instant qualityAt,
      boolean poorQuality,
      String limitTier,
      Instant lastMessageAt,
      Instant silentSince) {}

  /** What was found or heard about a channel or an account. */
  public record Told(
      String notice, String channel, String subject, String event, String text, Instant at) {}

  private final JdbcTemplate jdbc;
  private final Environment environment;

  Channels(JdbcTemplate jdbc, Environment environment) {
    this.jdbc = jdbc;
    this.environment = environment;
  }

  /** By provider; those that were asked or heard of at least once. */
  public List<Account> all() {
    return jdbc
        .query(
            """
            select p.provider, a.token, a.token_since, a.checked_at, a.account, a.problem, a.webhook_at
            from (select provider from provider_accounts union select provider from channels) p
            left join provider_accounts a on a.provider = p.provider
            order by p.provider
            """,
            (row, index) ->
                new Account(
                    row.getString("provider"),
                    row.getString("token"),
                    row.getObject("token_since", Instant.class),
                    row.getObject("checked_at", Instant.class),
                    row.getString("account"),
                    row.getString("problem"),
                    row.getObject("webhook_at", Instant.class),
                    List.of(),
                    List.of()))
        .stream()
        .map(this::complete)
        .toList();
  }

  /** What was known of a token that has been taken away says nothing any more. */
  private Account complete(Account account) {
    String provider = account.provider;
    boolean off = "false".equals(environment.getProperty("hub.destination." + provider));
    return new Account(
        provider,
        off ? "off" : account.token,
        off ? null : account.tokenSince,
        account.checkedAt,
        off ? null : account.account,
        off ? null : account.problem,
        account.webhookAt,
        channels(provider),
        notices(provider));
  }

  /** Quality comes by probe where there is one, else by notice. */
  private List<Channel> channels(String provider) {
    return jdbc.query(
        """
        select c.channel, coalesce(c.quality, n.event) as quality, coalesce(c.quality_at, n.at) as quality_at,
               coalesce(n.told, false) as poor, c.limit_tier, c.last_message_at, c.silent_since
        from channels c
        left join channel_notices n on n.id = (
          select max(id) from channel_notices
          where provider = c.provider and channel = c.channel and notice = 'quality')
        where c.provider = ?
        order by c.channel
        """,
        (row, index) ->
            new Channel(
                row.getString("channel"),
                row.getString("quality"),
                row.getObject("quality_at", Instant.class),
                row.getBoolean("poor"),
                row.getString("limit_tier"),
                row.getObject("last_message_at", Instant.class),
                row.getObject("silent_since", Instant.class)),
        provider);
  }

  private List<Told> notices(String provider) {
    return jdbc.query(
        """
        select notice, channel, subject, event, text, at from channel_notices
        where provider = ? order by id desc limit ?
        """,
        (row, index) ->
            new Told(
                row.getString("notice"),
                row.getString("channel"),
                row.getString("subject"),
                row.getString("event"),
                row.getString("text"),
                row.getObject("at", Instant.class)),
        provider,
        NOTICES);
  }
}
