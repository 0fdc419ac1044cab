package io.leadhub.durable;

import org.apache.camel.spi.Metadata;

/** Headers of the {@code durable:} component. */
public final class DurableConstants {

  @Metadata(
      label = "producer",
      description =
          "Whether the event's key was seen before on its topic, so that nothing was published.",
      javaType = "Boolean")
  public static final String DUPLICATE = "CamelDurableDuplicate";

  @Metadata(
      description =
          "The event's id; absent after publishing a duplicate, or to the spool while the database"
              + " is away.",
      javaType = "Long")
  public static final String EVENT_ID = "CamelDurableEventId";

  @Metadata(label = "consumer", description = "The topic.", javaType = "String")
  public static final String TOPIC = "CamelDurableTopic";

  @Metadata(
      label = "consumer",
      description = "The event's idempotency key, if any.",
      javaType = "String")
  public static final String EVENT_KEY = "CamelDurableEventKey";

  @Metadata(
      label = "consumer",
      description = "When the event was published.",
      javaType = "java.time.Instant")
  public static final String PUBLISHED_AT = "CamelDurablePublishedAt";

  @Metadata(
      label = "consumer",
      description = "The delivery's id; a list of ids when batchSize is over 1.",
      javaType = "Long")
  public static final String DELIVERY_ID = "CamelDurableDeliveryId";

  @Metadata(
      label = "consumer",
      description = "1 for the first attempt at this delivery.",
      javaType = "Integer")
  public static final String ATTEMPT = "CamelDurableAttempt";

  @Metadata(
      label = "consumer",
      description = "Whether an earlier attempt may have taken effect: look before sending again.",
      javaType = "Boolean")
  public static final String OUTCOME_UNKNOWN = "CamelDurableOutcomeUnknown";

  @Metadata(
      label = "consumer",
      description = "How many earlier attempts may have taken effect; absent in a batch.",
      javaType = "Integer")
  public static final String UNKNOWN_OUTCOMES = "CamelDurableUnknownOutcomes";

  /** Exchange variable a route may set: how the destination calls what was made there. */
  public static final String REMOTE_ID_VARIABLE = "remoteId";

  /** The same for what a reconcile route found of a batch: a list, null where it found nothing. */
  public static final String REMOTE_IDS_VARIABLE = "remoteIds";

  private DurableConstants() {}
}
