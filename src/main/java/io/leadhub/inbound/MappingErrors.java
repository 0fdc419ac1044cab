package io.leadhub.inbound;

import io.leadhub.durable.DeliveryException;
import io.leadhub.durable.OutcomeClassifier;
import io.leadhub.durable.RejectException;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/**
 * A webhook that its mapping can't read now can't be read later: it becomes a dead letter at once.
 */
public final class MappingErrors implements OutcomeClassifier {

  @Override
  public DeliveryException classify(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonQueryException) {
        return new RejectException(
            "The provider's jq mapping can't read this webhook: " + cause.getMessage(), failure);
      }
    }
    return null;
  }
}
