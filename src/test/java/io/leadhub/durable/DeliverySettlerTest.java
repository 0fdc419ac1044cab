package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node may still say of deliveries that it claimed. */
class DeliverySettlerTest {

  private static final Duration LEASE = Duration.ofMinutes(1);

  private static TestDatabase.Schema database;

  private final TestNodes nodes = new TestNodes(database);
  private final DeliveryQueue queue = new DeliveryQueue(nodes.jdbc, "lead", "a", false);

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(DeliverySettlerTest.class);
  }

  @BeforeEach
  void publishThree() throws Exception {
    nodes.emptyTables();
    nodes.subscribe("lead", "a");
    CamelContext publisher = nodes.publisher();
    for (String body : List.of("1", "2", "3")) {
      TestNodes.publish(publisher, "durable:lead", body);
    }
  }

  @AfterEach
  void stopNodes() {
    nodes.stop();
  }

  @Test
  void whatIsDoneIsDoneWithTheNameItHasAtItsDestination() {
    List<Long> ids = claim("me/1");
    assertThat(settle(ended(ids.get(0), "me/1", "r0"), ended(ids.get(1), "me/1", null))).isEmpty();
    assertThat(nodes.count("deliveries where state = 'done' and finished_at is not null"))
        .isEqualTo(2);
    assertThat(remoteId(ids.get(0))).isEqualTo("r0");
    assertThat(remoteId(ids.get(1))).isNull();
    assertThat(nodes.count("deliveries where state = 'running'")).isEqualTo(1);
  }

  @Test
  void aNameThatIsTooLongIsCutAndKeepsNobodyFromBeingSettled() {
    List<Long> ids = claim("me/1");
    assertThat(settle(ended(ids.get(0), "me/1", "🐘".repeat(300)), ended(ids.get(1), "me/1", "r1")))
        .isEmpty();
    assertThat(remoteId(ids.get(0))).isEqualTo("🐘".repeat(255));
    assertThat(remoteId(ids.get(1))).isEqualTo("r1");
  }

  @Test
  void oneThatWasTakenOverIsRefusedAndTheOthersAreDone() {
    List<Long> ids = claim("me/1");
    release(ids.get(1));
    assertThat(claim("other/1")).containsExactly(ids.get(1));
    assertThat(
            settle(
                ended(ids.get(0), "me/1", "r0"),
                ended(ids.get(1), "me/1", "r1"),
                ended(ids.get(2), "me/1", "r2")))
        .containsExactly(ids.get(1));
    assertThat(nodes.count("deliveries where state = 'done'")).isEqualTo(2);
    assertThat(nodes.count("deliveries where state = 'running' and lease_owner = 'other/1'"))
        .isEqualTo(1);
  }

  @Test
  void oneThatTheSameNodeClaimedAgainIsRefusedToItsEarlierClaim() {
    List<Long> ids = claim("me/1");
    release(ids.get(0));
    claim("me/2");
    assertThat(settle(ended(ids.get(0), "me/1", "r0"), ended(ids.get(1), "me/1", "r1")))
        .containsExactly(ids.get(0));
    assertThat(remoteId(ids.get(0))).isNull();
    assertThat(settle(ended(ids.get(0), "me/2", "again"))).isEmpty();
    assertThat(remoteId(ids.get(0))).isEqualTo("again");
  }

  /** Two deliveries whose owners are both among those of the batch, each with the other's. */
  @Test
  void ownersAreNotMixedUpWithinABatch() {
    List<Long> ids = claim("me/1");
    release(ids.get(0));
    claim("me/2");
    assertThat(settle(ended(ids.get(0), "me/1", "x"), ended(ids.get(1), "me/2", "y")))
        .containsExactly(ids.get(0), ids.get(1));
    assertThat(nodes.count("deliveries where state = 'done'")).isZero();
  }

  /** A commit whose answer was lost is tried again. */
  @Test
  void whatIsSettledTwiceByItsClaimIsSettledOnce() {
    Ended done = ended(claim("me/1").get(0), "me/1", "r0");
    assertThat(settle(done)).isEmpty();
    assertThat(settle(done)).isEmpty();
    assertThat(nodes.count("deliveries where state = 'done'")).isEqualTo(1);
  }

  @Test
  void oneThatAnotherNodeHasFinishedIsRefused() {
    List<Long> ids = claim("me/1");
    release(ids.get(0));
    claim("other/1");
    assertThat(settle(ended(ids.get(0), "other/1", "theirs"))).isEmpty();
    assertThat(settle(ended(ids.get(0), "me/1", "ours"), ended(ids.get(1), "me/1", null)))
        .containsExactly(ids.get(0));
    assertThat(remoteId(ids.get(0))).isEqualTo("theirs");
  }

  @Test
  void doneAndFailedTogetherEachGoTheirWay() {
    List<Long> ids = claim("me/1");
    release(ids.get(2));
    claim("other/1");
    assertThat(
            settle(
                ended(ids.get(0), "me/1", "r0"),
                failed(ids.get(1), "me/1"),
                failed(ids.get(2), "me/1")))
        .containsExactly(ids.get(2));
    assertThat(nodes.count("deliveries where state = 'done'")).isEqualTo(1);
    assertThat(nodes.count("deliveries where state = 'dead' and last_error = 'no'")).isEqualTo(1);
    assertThat(nodes.count("deliveries where state = 'running' and lease_owner = 'other/1'"))
        .isEqualTo(1);
    assertThat(nodes.count("delivery_attempts")).isEqualTo(1);
  }

  private List<Long> claim(String owner) {
    return nodes.inTransaction(() -> queue.claim(3, owner, LEASE)).stream()
        .map(Delivery::id)
        .toList();
  }

  private void release(long id) {
    nodes.jdbc.update("update deliveries set state = 'due', due_at = now(6) where id = ?", id);
  }

  private Set<Long> settle(Ended... attempts) {
    return nodes.inTransaction(() -> queue.settle(List.of(attempts)));
  }

  private String remoteId(long id) {
    return nodes.jdbc.queryForObject(
        "select remote_id from deliveries where id = ?", String.class, id);
  }

  private static Ended ended(long id, String owner, String remoteId) {
    return new Ended(id, owner, Settlement.done(remoteId));
  }

  private static Ended failed(long id, String owner) {
    return new Ended(id, owner, Settlement.dead(Settlement.Outcome.reject, "no", false));
  }
}
