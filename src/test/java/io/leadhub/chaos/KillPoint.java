package io.leadhub.chaos;

import java.util.List;
import java.util.function.Predicate;

/**
 * Moments at which a hub kills itself, told by the statements of the transaction that it is in. A
 * statement that is worded anew has to be recognised anew: a test that waits for its kill fails
 * until then.
 */
enum KillPoint {
  AFTER_JOURNAL_WRITE("after the journal's write, before its commit", When.BEFORE_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return keepsAWebhook(transaction);
    }
  },
  AFTER_COMMIT_BEFORE_200("after the journal's commit, before the 200", When.AFTER_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return keepsAWebhook(transaction);
    }
  },
  DURING_LEAD("in the transaction that opens a lead", When.BEFORE_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return any(transaction, one -> one.sql().contains("insert into leads"));
    }
  },
  BETWEEN_CLAIM_AND_SEND("between claim and send", When.AFTER_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return any(transaction, one -> one.sql().contains("set state = 'running'"))
          && any(
              transaction,
              one -> one.hasText(text -> text.startsWith("send.") || text.equals("google-sheets")));
    }
  },
  DURING_MARK("while deliveries are marked as done, before the commit", When.BEFORE_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return any(
          transaction, one -> one.sql().matches("(?s).*update deliveries\\s+set state = 'done'.*"));
    }
  },
  DURING_REPORT("in the transaction that publishes a report", When.BEFORE_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return any(transaction, one -> one.sql().contains("into reports"));
    }
  },
  /** Where the database was away, and webhooks were kept in files meanwhile. */
  DURING_DRAIN("while the spool is drained, before the commit", When.BEFORE_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return keepsAWebhook(transaction) && isADrains();
    }
  },
  /** The same webhooks are in both: they will be drained once more. */
  AFTER_DRAIN_COMMIT("after a drain's commit, before the spool forgets", When.AFTER_COMMIT) {
    @Override
    boolean isReachedBy(List<Executed> transaction) {
      return keepsAWebhook(transaction) && isADrains();
    }
  };

  /** On which side of the commit. */
  enum When {
    BEFORE_COMMIT,
    AFTER_COMMIT
  }

  /** A statement that was executed, with the texts bound to it. */
  record Executed(String sql, List<String> texts) {

    boolean hasText(Predicate<String> wanted) {
      return texts.stream().anyMatch(wanted);
    }
  }

  final String words;
  final When when;

  KillPoint(String words, When when) {
    this.words = words;
    this.when = when;
  }

  /** Whether a transaction that executed these, the last of them just now, is at this point. */
  abstract boolean isReachedBy(List<Executed> transaction);

  private static boolean keepsAWebhook(List<Executed> transaction) {
    return any(
        transaction,
        one ->
            one.sql().contains("into events") && one.hasText(text -> text.startsWith("webhook.")));
  }

  private static boolean isADrains() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(one -> one.getClassName().startsWith("io.leadhub.durable.Spool")));
  }

  private static boolean any(List<Executed> transaction, Predicate<Executed> wanted) {
    return transaction.stream().anyMatch(wanted);
  }
}
