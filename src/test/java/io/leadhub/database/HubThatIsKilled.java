package io.leadhub.database;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process of its own that starts a database, commits one row, says so and waits to be killed. */
final class HubThatIsKilled {

  private HubThatIsKilled() {}

  public static void main(String[] args) throws Exception {
    EmbeddedMariaDb database = EmbeddedMariaDb.start(Path.of(args[0]), Path.of(args[1]));
    Sql.execute(database, "create table kept (id int primary key)", "insert into kept values (7)");
    System.out.println("committed");
    new CountDownLatch(1).await();
  }
}
