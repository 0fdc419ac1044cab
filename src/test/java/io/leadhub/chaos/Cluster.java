package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.leadhub.database.MariaDbProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Some nodes on one MariaDB, every remote, and the customers; with the history of all of it. All
 * clusters share one database server, and have a database each.
 */
final class Cluster implements AutoCloseable {

  private static final String WEBHOOK_KEY = "whsec_Y2hhb3MgY2hhb3MgY2hhb3MgY2hhb3MgY2hhb3M=";

  /**
   * All leads are a few partners' here, whose chats would get them at one a second; and nobody
   * waits for minutes for Meta's status, though for as long as the nodes may take to start: no
   * webhook comes in meanwhile.
   */
  private static final String SETTINGS =
      """
      {"hub.meta.status-wait": "20s",
       "hub.limits": {"telegram": "none", "telegram-chat": "none", "telegram-group": "none",
                      "google-sheets": "none", "meta": "none", "meta-recipient": "none",
                      "twilio": "none"}}
      """;

  /** Several, because each chat hears of one lead after the other. */
  private static final List<String> CODES =
      IntStream.rangeClosed(1, 8).mapToObj(number -> "CHAOS" + number).toList();

  private static final AtomicInteger PARTNERS = new AtomicInteger();

  private static final AtomicInteger CHATS = new AtomicInteger(7_000);

  /** At which the reports of the day before are due, in UTC; as application.yaml has it. */
  private static final LocalTime REPORT_HOUR = LocalTime.of(9, 0);

  /** So that some reports wait for a partner, none of which is too old to be made up for. */
  private static final int DAYS_BEFORE = 5;

  /** The concurrency of send-telegram in telegram.camel.yaml. */
  private static final int NOTICES_IN_HAND = 8;

  /** A delivery as the history calls it: who delivers, and what it is about. */
  private static final String DELIVERY =
      """
      select concat(d.subscriber, ' ',
                    coalesce(concat('report/', p.code, '/', substring_index(e.subject, '/', -1)),
                             e.subject, '')) as delivery,
             coalesce(d.last_error, '') as last_error
      from deliveries d
      join events e on e.id = d.event_id
      left join partners p on e.subject like concat('report/', p.id, '/%')
      """;

  final History history = new History();
  final Remotes remotes = new Remotes(history);
  final List<HubProcess> nodes;
  final Customers customers;
  final Random random = Chance.TESTS;
  private final String database = server().createDatabase();
  private final Map<String, LocalDate> partnersSince = new LinkedHashMap<>();
  private final Set<String> faultsTold = new HashSet<>();
  private Judged judged = new Judged(0, 0, 0);

  /** What the last judgement counted. */
  private record Judged(int acknowledged, int repeats, int givenUp) {}

  /**
   * How many more notices than at the last judgement may have been repeated, and given up, beside
   * that each of them has to be one that was not heard of.
   */
  record Allowed(int repeats, int givenUp) {

    /** Nobody dies, and every answer is heard. */
    static final Allowed NONE = new Allowed(0, 0);

    static final Allowed WHERE_ANSWERS_ARE_LOST = new Allowed(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** As many as each of them can have had in hand; what is given up was so twice. */
    static Allowed whereNodesDie(int nodes) {
      return new Allowed(nodes * NOTICES_IN_HAND, nodes * NOTICES_IN_HAND / 2);
    }
  }

  /** The server of all clusters. */
  static MariaDbProcess server() {
    return Server.INSTANCE;
  }

  private static final class Server {
    static final MariaDbProcess INSTANCE =
        MariaDbProcess.start(Path.of("target", "chaos", "database"));
  }

  /** One node, that knows its remotes by addresses with an untrusted certificate. */
  static Cluster ofNobody(String name) {
    Cluster cluster = new Cluster(name, 1);
    cluster
        .node()
        .settings()
        .replaceAll(
            (key, value) -> value.replace(cluster.remotes.url(), cluster.remotes.urlOfNobody()));
    return cluster;
  }

  /** From the next launch on. */
  void trust() {
    node().settings().put("JAVA_TOOL_OPTIONS", Certificate.trust());
  }

  Cluster(String name, int nodes) {
    this.nodes =
        IntStream.rangeClosed(1, nodes)
            .mapToObj(number -> new HubProcess(name + "-" + number, environment()))
            .toList();
    customers = new Customers(CODES, history, () -> this.nodes, Chance.CUSTOMERS);
    remotes.statusesOfMeta(status -> customers.post(Posts.metaStatus(status)));
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("CAMEL_MAIN_ROUTES_INCLUDE_PATTERN", ShortRoutes.copy());
    environment.put("HUB_WEBHOOKS_0_URL", remotes.url() + "/webhook");
    environment.put("HUB_WEBHOOKS_0_SECRET", WEBHOOK_KEY);
    environment.put("SPRING_APPLICATION_JSON", SETTINGS);
    environment.put("HUB_DB_URL", server().jdbcUrl(database));
    environment.put("HUB_DB_USER", server().user());
    environment.put("HUB_DB_PASSWORD", server().password());
    environment.put("HUB_PUBLIC_URL", Posts.PUBLIC_URL);
    environment.put("HUB_API_TOKEN", "chaos-api-token");
    environment.put("META_APP_SECRET", Posts.META_SECRET);
    environment.put("META_ACCESS_TOKEN", "chaos-access-token");
    environment.put("META_BASE_URL", remotes.url() + "/graph");
    environment.put("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000077");
    environment.put("TWILIO_AUTH_TOKEN", Posts.TWILIO_TOKEN);
    environment.put("TWILIO_FROM", "+15550001111");
    environment.put("TWILIO_BASE_URL", remotes.url() + "/twilio");
    environment.put("LEAD_WEBHOOK_TOKEN", Posts.LEAD_TOKEN);
    environment.put("D360_WEBHOOK_TOKEN", Posts.LEAD_TOKEN);
    environment.put("WATI_WEBHOOK_TOKEN", Posts.LEAD_TOKEN);
    environment.put("TELEGRAM_BOT_TOKEN", "700700700:AAchaosBotToken");
    environment.put("TELEGRAM_BASE_URL", remotes.url() + "/telegram");
    environment.put("GOOGLE_SHEETS_ID", "sheet");
    environment.put("GOOGLE_SHEETS_BASE_URL", remotes.url() + "/google");
    return environment;
  }

  /** Two nodes for all tests that leave behind what they found: nodes that run, nothing waiting. */
  static Cluster shared() {
    return Shared.INSTANCE.start();
  }

  private static final class Shared {
    static final Cluster INSTANCE = new Cluster("node", 2);
  }

  /** All nodes are ready, and the customers' partners are there. */
  Cluster start() {
    nodes.stream().filter(node -> !node.isAlive()).forEach(HubProcess::launch);
    nodes.forEach(HubProcess::awaitReady);
    if (count("select count(*) from partners where code = '%s'".formatted(CODES.get(0))) == 0) {
      CODES.forEach(code -> newPartner(code, 0));
    }
    return this;
  }

  /** A partner whom the daily reports of some days wait for. */
  void newPartner() {
    newPartner("REPORT" + PARTNERS.incrementAndGet(), DAYS_BEFORE);
  }

  private void newPartner(String code, int daysAgo) {
    Instant since = Instant.now().minus(Duration.ofDays(daysAgo));
    int chat = CHATS.incrementAndGet();
    execute(
        "insert into partners (code, name, created_at) values ('%s', 'Chaos', from_unixtime(%d))"
            .formatted(code, since.getEpochSecond()),
        "insert into partner_chats (partner_id, chat_id) select id, %d from partners where code = '%s'"
            .formatted(chat, code));
    history.partner(code, Integer.toString(chat));
    partnersSince.put(code, LocalDate.ofInstant(since, ZoneOffset.UTC));
  }

  /** A day's report is due at the report hour of the next. */
  private void tellReportsDue() {
    LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
    partnersSince.forEach(
        (code, since) -> {
          for (LocalDate day = since;
              !day.plusDays(1).atTime(REPORT_HOUR).isAfter(now);
              day = day.plusDays(1)) {
            history.reportIsDue(code, day);
          }
        });
  }

  HubProcess node() {
    return nodes.get(0);
  }

  Connection connect() {
    try {
      return server().connect(database);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long count(String query) {
    return query(query, row -> row.getLong(1)).get(0);
  }

  /** Everything that was posted is answered, and everything that follows from it is done. */
  Cluster settles(Duration patience) {
    await("every post is answered with 200")
        .atMost(patience)
        .untilAsserted(() -> assertThat(customers.unanswered()).isZero());
    assertThat(history.acknowledged()).containsAll(history.posted().keySet());
    await("the spools are empty")
        .atMost(patience)
        .untilAsserted(() -> assertThat(spools()).isEmpty());
    tellReportsDue();
    await("every report that is due is made")
        .atMost(patience)
        .ignoreException(IllegalStateException.class)
        .untilAsserted(() -> assertThat(reports()).containsAll(history.reports().keySet()));
    await("nothing is on its way")
        .atMost(patience)
        .ignoreException(IllegalStateException.class)
        .untilAsserted(
            () -> {
              assertThat(onTheirWay()).isEmpty();
              assertThat(customers.unanswered()).as("statuses that Meta posts").isZero();
            });
    return this;
  }

  /** A dead node's spool waits for its next life. */
  private List<String> spools() {
    return nodes.stream()
        .filter(HubProcess::isAlive)
        .flatMap(node -> node.spool().stream())
        .toList();
  }

  private List<String> onTheirWay() {
    return query(
        "select subscriber, state, last_error from deliveries"
            + " where state in ('due', 'running') limit 5",
        row -> row.getString(1) + " " + row.getString(2) + ": " + row.getString(3));
  }

  Cluster settles() {
    return settles(Duration.ofMinutes(Summary.LONG ? 6 : 3));
  }

  /** Judges where answers are lost on their way, if only by a timeout of ours. */
  void judge(String tried, String times) {
    judge(tried, times, Allowed.WHERE_ANSWERS_ARE_LOST);
  }

  /**
   * Checks all of the history so far against the model, complains of each fault once, and tells the
   * summary what came since the last judgement.
   */
  void judge(String tried, String times, Allowed allowed) {
    HistoryCheck.Verdict verdict = HistoryCheck.of(history, kept());
    Judged before = judged;
    judged = new Judged(history.acknowledged().size(), verdict.repeats(), verdict.givenUp());
    assertThat(verdict.faults().stream().filter(faultsTold::add)).isEmpty();
    int acknowledged = judged.acknowledged - before.acknowledged;
    int repeats = judged.repeats - before.repeats;
    int givenUp = judged.givenUp - before.givenUp;
    assertThat(acknowledged).as("messages acknowledged since the last judgement").isPositive();
    assertThat(repeats).as("marked repeats").isLessThanOrEqualTo(allowed.repeats);
    assertThat(givenUp).as("notices given up").isLessThanOrEqualTo(allowed.givenUp);
    Summary.row(
        tried,
        times,
        "%d messages acknowledged: 0 lost, 0 doubled, %d marked repeats, %d notices given up"
            .formatted(acknowledged, repeats, givenUp));
  }

  private History.Kept kept() {
    Set<String> givenUp = new HashSet<>();
    List<String> deadLetters = new ArrayList<>();
    query(
        DELIVERY + "where d.state = 'dead'",
        row -> {
          String delivery = row.getString("delivery");
          String why = row.getString("last_error");
          return why.contains("no further repeat")
              ? givenUp.add(delivery)
              : deadLetters.add(delivery + ": " + why);
        });
    return new History.Kept(
        query(
            "select concat(provider, '/', provider_message_id), lead_id from messages where direction = 'in' order by id",
            row -> new History.KeptMessage(row.getString(1), row.getLong(2))),
        query(
            """
            select l.id, c.phone, coalesce(l.partner_code, 'nobody'),
                   coalesce((select m.provider from messages m
                             where m.lead_id = l.id and m.direction = 'in' and m.provider <> 'generic'
                             order by m.id limit 1), 'generic') as answered_by,
                   l.message_count
            from leads l join contacts c on c.id = l.contact_id
            """,
            row ->
                new History.KeptLead(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    row.getString(4),
                    row.getInt(5))),
        givenUp,
        unknownOutcomes(),
        deadLetters);
  }

  /** As the hub wrote them down, one after the other. */
  private Map<String, Integer> unknownOutcomes() {
    Map<String, Integer> unknown = new HashMap<>();
    query(
        DELIVERY
            + """
              join delivery_attempts a on a.delivery_id = d.id
              where d.topic = 'send.telegram' and a.outcome in ('lost', 'reconcile')
              """,
        row -> unknown.merge(row.getString("delivery"), 1, Integer::sum));
    return unknown;
  }

  private Set<String> reports() {
    return new HashSet<>(
        query(
            "select concat('report/', p.code, '/', r.day) from reports r join partners p on p.id = r.partner_id",
            row -> row.getString(1)));
  }

  /** How a row is read. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  <T> List<T> query(String sql, Row<T> row) {
    List<T> found = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(row.read(rows));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  @Override
  public void close() {
    nodes.forEach(HubProcess::kill);
    remotes.stop();
  }
}
