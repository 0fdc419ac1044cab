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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

  final History history = new History();
  final Remotes remotes = new Remotes(history);
  final List<HubProcess> nodes;
  final Customers customers;
  final Random random = new Random(Summary.SEED);
  private final String database = server().createDatabase();
  private final Set<String> faultsTold = new HashSet<>();

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
    customers = new Customers(CODES, history, () -> this.nodes, random);
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
      CODES.forEach(this::newPartner);
    }
    return this;
  }

  /** A partner whom seven daily reports wait for. */
  void newPartner() {
    newPartner("REPORT" + PARTNERS.incrementAndGet());
  }

  private void newPartner(String code) {
    execute(
        "insert into partners (code, name, created_at) values ('%s', 'Chaos', now(6) - interval %d day)"
            .formatted(code, code.startsWith("REPORT") ? 30 : 0),
        "insert into partner_chats (partner_id, chat_id) select id, 7000 + id from partners"
            + " where code = '%s'".formatted(code));
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
    await("nothing is on its way")
        .atMost(patience)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        query(
                            "select topic, subscriber, state, attempts, last_error from deliveries"
                                + " where state in ('due', 'running') limit 5",
                            row ->
                                row.getString(2)
                                    + " "
                                    + row.getString(3)
                                    + ": "
                                    + row.getString(5)))
                    .isEmpty());
    return this;
  }

  Cluster settles() {
    return settles(Duration.ofMinutes(Summary.LONG ? 6 : 3));
  }

  /** Checks all of the history so far against the model; complains of each fault once. */
  private HistoryCheck.Verdict judge() {
    HistoryCheck.Verdict verdict = HistoryCheck.of(history, kept());
    assertThat(verdict.faults().stream().filter(faultsTold::add))
        .as("seed " + Summary.SEED)
        .isEmpty();
    return verdict;
  }

  /** Judges, and tells the summary. */
  void judge(String tried, String times) {
    HistoryCheck.Verdict verdict = judge();
    Summary.row(
        tried,
        times,
        "%d messages acknowledged: 0 lost, 0 doubled, %d allowed repeats"
            .formatted(history.acknowledged().size(), verdict.repeats()));
  }

  private History.Kept kept() {
    Set<String> givenUp = new HashSet<>();
    List<String> deadLetters = new ArrayList<>();
    query(
        """
        select d.subscriber, coalesce(concat('report/', p.code, '/', substring_index(e.subject, '/', -1)),
                                      e.subject, ''), coalesce(d.last_error, '')
        from deliveries d
        join events e on e.id = d.event_id
        left join partners p on e.subject like concat('report/', p.id, '/%')
        where d.state = 'dead'
        """,
        row -> {
          String delivery = row.getString(1) + " " + row.getString(2);
          String why = row.getString(3);
          return why.contains("no further repeat")
              ? givenUp.add(delivery)
              : deadLetters.add(delivery + ": " + why);
        });
    return new History.Kept(
        query(
            "select concat(provider, '/', provider_message_id), lead_id from messages where direction = 'in'",
            row -> new History.KeptMessage(row.getString(1), row.getLong(2))),
        query(
            """
            select l.id, c.phone,
                   coalesce((select m.provider from messages m
                             where m.lead_id = l.id and m.direction = 'in' and m.provider <> 'generic'
                             order by m.id limit 1), 'generic') as answered_by,
                   l.message_count
            from leads l join contacts c on c.id = l.contact_id
            """,
            row ->
                new History.KeptLead(
                    row.getLong(1), row.getString(2), row.getString(3), row.getInt(4))),
        reports(),
        givenUp,
        deadLetters);
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
