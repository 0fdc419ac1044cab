package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Nodes that share one real MariaDB, and a look into its tables. */
final class TestNodes {

  /** The machine may be busy with other builds. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final JdbcTemplate jdbc;
  final TransactionTemplate transaction;
  private final TestDatabase.Schema database;
  private final List<CamelContext> nodes = new CopyOnWriteArrayList<>();

  TestNodes(TestDatabase.Schema database) {
    this.database = database;
    this.jdbc = new JdbcTemplate(database.dataSource());
    this.transaction =
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
  }

  void emptyTables() {
    List.of("delivery_attempts", "deliveries", "events", "subscriptions")
        .forEach(table -> jdbc.execute("truncate table " + table));
  }

  void stop() {
    nodes.forEach(CamelContext::stop);
  }

  <T> T inTransaction(Supplier<T> work) {
    return transaction.execute(tx -> work.get());
  }

  /** A node that only publishes. */
  CamelContext publisher() throws Exception {
    return start(null, null);
  }

  /** A node that consumes there. */
  CamelContext start(String from, Processor processor) throws Exception {
    DefaultCamelContext node = new DefaultCamelContext();
    node.getRegistry().bind("dataSource", database.dataSource());
    node.getRegistry()
        .bind("transactions", new DataSourceTransactionManager(database.dataSource()));
    node.getShutdownStrategy().setTimeout(10);
    node.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            if (from != null) {
              from(from).process(processor);
            }
          }
        });
    nodes.add(node);
    node.start();
    return node;
  }

  static void publish(CamelContext node, String uri, Object body) {
    try (ProducerTemplate template = node.createProducerTemplate()) {
      Exchange published = template.send(uri, exchange -> exchange.getMessage().setBody(body));
      assertThat(published.getException()).isNull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void subscribe(String topic, String subscriber) {
    jdbc.update("insert into subscriptions (topic, subscriber) values (?, ?)", topic, subscriber);
  }

  int count(String tableAndCondition) {
    return jdbc.queryForObject("select count(*) from " + tableAndCondition, Integer.class);
  }

  long deliveryId() {
    return jdbc.queryForObject("select id from deliveries", Long.class);
  }

  interface Part {
    void run(int number) throws Exception;
  }

  static List<Future<?>> inBackground(ExecutorService threads, int parts, Part part) {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int number = i;
      running.add(
          threads.submit(
              () -> {
                part.run(number);
                return null;
              }));
    }
    return running;
  }

  static void atOnce(int parts, Part part) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(parts);
    try {
      for (Future<?> one : inBackground(threads, parts, part)) {
        one.get(2, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
