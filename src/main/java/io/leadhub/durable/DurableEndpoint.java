package io.leadhub.durable;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.random.RandomGenerator;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.util.ObjectHelper;

/**
 * Publish and consume messages through topics that are kept in MariaDB.
 *
 * <p>{@code to: durable:topic} keeps the body and goes on when it is committed (inside a
 * transaction: with that transaction). {@code from: durable:topic?subscriber=name} gets every event
 * published since that subscriber first started, each until it ends: done, dead, or tried again.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "durable",
    title = "Durable",
    syntax = "durable:topic",
    category = {Category.DATABASE, Category.MESSAGING},
    headersClass = DurableConstants.class)
public class DurableEndpoint extends DefaultEndpoint {

  @UriPath(description = "Name of the topic.")
  @Metadata(required = true)
  private String topic;

  @UriParam(
      label = "producer",
      description =
          "Simple expression whose value ends the topic's name, after a dot: with send and"
              + " ${variable.provider} the message goes to send.meta, send.twilio, …")
  private String suffix;

  @UriParam(
      label = "producer",
      description =
          "Idempotency key, a Simple expression. An event whose key was seen before on this topic is"
              + " not published again.")
  private String key;

  @UriParam(
      label = "producer",
      description =
          "Simple expression. Events with the same ordering key reach each subscriber one after the"
              + " other, in the order they were published.")
  private String orderingKey;

  @UriParam(
      label = "producer",
      description = "What the event is about, a Simple expression such as lead/${body[id]}.")
  private String subject;

  @UriParam(
      label = "producer",
      defaultValue = "false",
      description =
          "Whether the body is a list, and each of its elements an event; the expressions see the"
              + " element as body. All are written with a few statements.")
  private boolean each;

  @UriParam(
      label = "producer",
      defaultValue = "false",
      description =
          "Whether an event is kept in a local file while the database is away, and published when it"
              + " is back. Its id is not known then, nor whether its key was seen before.")
  private boolean spool;

  @UriParam(
      label = "consumer",
      description =
          "Name of the subscriber, needed to consume. All consumers of that name, on any node, share"
              + " its deliveries.")
  private String subscriber;

  @UriParam(
      label = "consumer",
      description =
          "A new subscriber also gets the events published since then that are still kept, before any"
              + " newer one: a date (2026-11-01, in UTC) or an instant (2026-11-01T08:00:00Z). Says"
              + " nothing to a subscriber that is already there.")
  private String from;

  @UriParam(
      label = "consumer",
      defaultValue = "1",
      description = "How many deliveries this consumer works on at once.")
  private int concurrency = 1;

  @UriParam(
      label = "consumer",
      defaultValue = "1",
      description =
          "Up to how many deliveries come as one message; over 1 the body is a list. A rejected list"
              + " is taken apart, and each delivery tried by itself.")
  private int batchSize = 1;

  @UriParam(
      label = "consumer",
      defaultValue = "1",
      description =
          "How many deliveries are claimed for each that is worked on. More than one saves statements"
              + " where the work is quick. But when the process is lost, all that were claimed count"
              + " as perhaps done: leave it at 1 where a repeat would be noticed.")
  private int prefetch = 1;

  @UriParam(
      label = "consumer",
      defaultValue = "10",
      description =
          "After so many failed attempts a delivery becomes a dead letter. Those that ended with their"
              + " node are not counted.")
  private int maxAttempts = 10;

  @UriParam(
      label = "consumer",
      defaultValue = "1000",
      javaType = "java.time.Duration",
      description =
          "Wait after the first failed attempt. It doubles with each further one; up to half is taken"
              + " off by chance.")
  private long retryDelay = 1_000;

  @UriParam(
      label = "consumer",
      defaultValue = "3600000",
      javaType = "java.time.Duration",
      description = "Longest wait between two attempts.")
  private long maxRetryDelay = 3_600_000;

  @UriParam(
      label = "consumer",
      defaultValue = "300000",
      javaType = "java.time.Duration",
      description = "How long the subscriber rests after a PauseException.")
  private long pause = 300_000;

  @UriParam(
      label = "consumer",
      defaultValue = "30000",
      javaType = "java.time.Duration",
      description =
          "For how long a claimed delivery is ours. Work in hand is renewed; what a lost node had is"
              + " taken over when its lease ends.")
  private long lease = 30_000;

  @UriParam(
      label = "consumer,advanced",
      defaultValue = "1000",
      javaType = "java.time.Duration",
      description =
          "How often to look for work that nobody in this process announced: retries that fall due,"
              + " and what other nodes published.")
  private long pollInterval = 1_000;

  @UriParam(
      label = "consumer",
      description =
          "Where to look for the effect of an earlier attempt whose outcome is unknown, such as"
              + " direct:find-deal. It gets the same body; when it sets the variable remoteId (for a"
              + " batch remoteIds, a list) the delivery is done and the route is not run.")
  private String reconcile;

  @UriParam(
      label = "consumer",
      defaultValue = "5000",
      javaType = "java.time.Duration",
      description =
          "With reconcile: the least wait after an unknown outcome, until what was done can be found"
              + " and nothing is under way any more.")
  private long settleTime = 5_000;

  @UriParam(
      label = "consumer",
      description =
          "Bean that knows what the destination's failures mean. Unknown failures are retried.")
  private OutcomeClassifier errors;

  @UriParam(
      label = "consumer",
      defaultValue = "proceed",
      enums = "proceed,hold",
      description =
          "What becomes of later deliveries with the ordering key of a dead letter: they proceed, or"
              + " are held until it is replayed or discarded.")
  private AfterDeadLetter afterDeadLetter = AfterDeadLetter.proceed;

  @UriParam(
      label = "consumer",
      description =
          "Bean that says how often the destination may be asked; deliveries wait for their turn"
              + " without spending an attempt.")
  private RateLimits limits;

  /** What becomes of deliveries that stand in order behind a dead letter. */
  public enum AfterDeadLetter {
    proceed,
    hold
  }

  public DurableEndpoint() {}

  DurableEndpoint(String uri, DurableComponent component) {
    super(uri, component);
  }

  @Override
  public Producer createProducer() {
    return new DurableProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    ObjectHelper.notNullOrEmpty(subscriber, "subscriber");
    backfillFrom();
    DurableConsumer consumer = new DurableConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public DurableComponent getComponent() {
    return (DurableComponent) super.getComponent();
  }

  /**
   * @throws IllegalArgumentException when {@code from} is neither a date nor an instant
   */
  Instant backfillFrom() {
    if (from == null) {
      return null;
    }
    try {
      return from.contains("T")
          ? Instant.parse(from)
          : LocalDate.parse(from).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "from=%s of subscriber %s must be a date such as 2026-11-01 or an instant such as 2026-11-01T08:00:00Z"
              .formatted(from, subscriber),
          e);
    }
  }

  RetryPolicy retryPolicy() {
    Backoff backoff =
        new Backoff(
            Duration.ofMillis(retryDelay),
            Duration.ofMillis(maxRetryDelay),
            RandomGenerator.getDefault());
    return new RetryPolicy(
        maxAttempts,
        backoff,
        reconcile == null ? Duration.ZERO : Duration.ofMillis(settleTime),
        Duration.ofMillis(pause),
        errors);
  }

  public String getTopic() {
    return topic;
  }

  public void setTopic(String topic) {
    this.topic = topic;
  }

  public String getKey() {
    return key;
  }

  public void setKey(String key) {
    this.key = key;
  }

  public String getOrderingKey() {
    return orderingKey;
  }

  public void setOrderingKey(String orderingKey) {
    this.orderingKey = orderingKey;
  }

  public String getSubject() {
    return subject;
  }

  public void setSubject(String subject) {
    this.subject = subject;
  }

  public String getSuffix() {
    return suffix;
  }

  public void setSuffix(String suffix) {
    this.suffix = suffix;
  }

  public boolean isEach() {
    return each;
  }

  public void setEach(boolean each) {
    this.each = each;
  }

  public boolean isSpool() {
    return spool;
  }

  public void setSpool(boolean spool) {
    this.spool = spool;
  }

  public String getSubscriber() {
    return subscriber;
  }

  public void setSubscriber(String subscriber) {
    this.subscriber = subscriber;
  }

  public String getFrom() {
    return from;
  }

  public void setFrom(String from) {
    this.from = from;
  }

  public int getConcurrency() {
    return concurrency;
  }

  public void setConcurrency(int concurrency) {
    this.concurrency = concurrency;
  }

  public int getBatchSize() {
    return batchSize;
  }

  public void setBatchSize(int batchSize) {
    this.batchSize = batchSize;
  }

  public int getPrefetch() {
    return prefetch;
  }

  public void setPrefetch(int prefetch) {
    this.prefetch = prefetch;
  }

  public int getMaxAttempts() {
    return maxAttempts;
  }

  public void setMaxAttempts(int maxAttempts) {
    this.maxAttempts = maxAttempts;
  }

  public long getRetryDelay() {
    return retryDelay;
  }

  public void setRetryDelay(long retryDelay) {
    this.retryDelay = retryDelay;
  }

  public long getMaxRetryDelay() {
    return maxRetryDelay;
  }

  public void setMaxRetryDelay(long maxRetryDelay) {
    this.maxRetryDelay = maxRetryDelay;
  }

  public long getPause() {
    return pause;
  }

  public void setPause(long pause) {
    this.pause = pause;
  }

  public long getLease() {
    return lease;
  }

  public void setLease(long lease) {
    this.lease = lease;
  }

  public long getPollInterval() {
    return pollInterval;
  }

  public void setPollInterval(long pollInterval) {
    this.pollInterval = pollInterval;
  }

  public AfterDeadLetter getAfterDeadLetter() {
    return afterDeadLetter;
  }

  public void setAfterDeadLetter(AfterDeadLetter afterDeadLetter) {
    this.afterDeadLetter = afterDeadLetter;
  }

  public RateLimits getLimits() {
    return limits;
  }

  public void setLimits(RateLimits limits) {
    this.limits = limits;
  }

  public String getReconcile() {
    return reconcile;
  }

  public void setReconcile(String reconcile) {
    this.reconcile = reconcile;
  }

  public long getSettleTime() {
    return settleTime;
  }

  public void setSettleTime(long settleTime) {
    this.settleTime = settleTime;
  }

  public OutcomeClassifier getErrors() {
    return errors;
  }

  public void setErrors(OutcomeClassifier errors) {
    this.errors = errors;
  }
}
