package io.leadhub.durable;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.util.ObjectHelper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Topics kept in MariaDB; see {@link DurableEndpoint} for how to use them. One component has one
 * database, whose tables {@code db/migration/V1__durable_topics.sql} makes.
 */
@Component("durable")
public class DurableComponent extends DefaultComponent {

  @Metadata(autowired = true, required = true, description = "The MariaDB that keeps the topics.")
  private DataSource dataSource;

  @Metadata(
      autowired = true,
      required = true,
      description = "Opens the transactions of that database; publishing joins one that is open.")
  private PlatformTransactionManager transactionManager;

  @Metadata(
      autowired = true,
      description = "Writes and reads bodies that are neither bytes nor text.",
      javaType = "com.fasterxml.jackson.databind.ObjectMapper")
  private ObjectMapper objectMapper = new ObjectMapper();

  @Metadata(
      autowired = true,
      description = "Keeps what endpoints with spool=true publish while the database is away.",
      javaType = "io.leadhub.durable.Spool")
  private Spool spool;

  /** Milliseconds; a server that fell silent would keep its publishers waiting for hours. */
  private static final int LONGEST_SILENCE = 15_000;

  private final String node = UUID.randomUUID().toString();
  private final WakeUps wakeUps = new WakeUps();
  private final Set<DeliveryLoop> loops = ConcurrentHashMap.newKeySet();
  private JdbcTemplate jdbc;
  private TransactionTemplate transactions;
  private EventStore store;
  private GroupCommit groupCommit;
  private Spooling spooling;

  @Override
  protected Endpoint createEndpoint(String uri, String topic, Map<String, Object> parameters)
      throws Exception {
    DurableEndpoint endpoint = new DurableEndpoint(uri, this);
    endpoint.setTopic(topic);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    ObjectHelper.notNull(dataSource, "dataSource", this);
    ObjectHelper.notNull(transactionManager, "transactionManager", this);
    jdbc = new JdbcTemplate(dataSource);
    transactions = new TransactionTemplate(transactionManager);
    transactions.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    store = new EventStore(jdbc);
    groupCommit = new GroupCommit(this::commit);
    spooling = spool == null ? null : new Spooling(spool, groupCommit, this::commit, wakeUps, node);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    getCamelContext().getExecutorServiceManager().newThread("durable-commit", groupCommit).start();
    if (spooling != null) {
      spooling.start(getCamelContext().getExecutorServiceManager());
    }
  }

  @Override
  protected void doStop() throws Exception {
    if (spooling != null) {
      spooling.stop();
    }
    groupCommit.stop();
    super.doStop();
  }

  /**
   * What is in hand goes on, nothing more is begun. For a hub that is about to stop: Camel stops
   * one route after the other and waits for each, and the later ones would begin new work
   * meanwhile.
   */
  public void beginNothingMore() {
    loops.forEach(DeliveryLoop::stop);
  }

  private List<Long> commit(List<NewEvent> events) {
    return transactions.execute(
        status -> {
          jdbc.execute(
              (Connection connection) -> {
                connection.setNetworkTimeout(Runnable::run, LONGEST_SILENCE);
                return null;
              });
          return store.insert(events);
        });
  }

  /**
   * Publishes in the open transaction, or shares a commit with other publishers when there is none.
   *
   * @param maySpool whether, outside a transaction, the spool keeps it while the database is away
   */
  Publication publish(NewEvent event, boolean maySpool) {
    if (maySpool && !TransactionSynchronizationManager.isActualTransactionActive()) {
      return spooling.publish(event);
    }
    return Publication.committed(publish(List.of(event)).get(0));
  }

  /**
   * Publishes events, in the open transaction or sharing commits with other publishers.
   *
   * @return for each event its id, or null where its key was already there
   */
  List<Long> publish(List<NewEvent> events) {
    if (events.isEmpty()) {
      return List.of();
    }
    List<String> topics = events.stream().map(NewEvent::topic).distinct().toList();
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      List<Long> ids = groupCommit.publish(events);
      topics.forEach(wakeUps::wake);
      return ids;
    }
    List<Long> ids = store.insert(events);
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            topics.forEach(wakeUps::wake);
          }
        });
    return ids;
  }

  EventStore store() {
    return store;
  }

  WakeUps wakeUps() {
    return wakeUps;
  }

  /** Those of its consumers that are started. */
  Set<DeliveryLoop> loops() {
    return loops;
  }

  JdbcTemplate jdbc() {
    return jdbc;
  }

  TransactionTemplate transactions() {
    return transactions;
  }

  /** Names this process in leases. */
  String node() {
    return node;
  }

  public DataSource getDataSource() {
    return dataSource;
  }

  public void setDataSource(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  public PlatformTransactionManager getTransactionManager() {
    return transactionManager;
  }

  public void setTransactionManager(PlatformTransactionManager transactionManager) {
    this.transactionManager = transactionManager;
  }

  public Spool getSpool() {
    return spool;
  }

  public void setSpool(Spool spool) {
    this.spool = spool;
  }

  public ObjectMapper getObjectMapper() {
    return objectMapper;
  }

  public void setObjectMapper(ObjectMapper objectMapper) {
    this.objectMapper = objectMapper;
  }
}
