package io.leadhub.chaos;

import io.leadhub.LeadHub;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The hub as it ships, in a process that halts at a {@link KillPoint} of {@code CHAOS_KILL_POINT},
 * the time it is there for the {@code CHAOS_KILL_AT}th time. It knows where it is by what it tells
 * the database.
 */
final class HubWithKillPoints {

  /** As the system reports a process that was killed with -9. */
  static final int KILLED = 137;

  private HubWithKillPoints() {}

  public static void main(String[] args) {
    new SpringApplication(LeadHub.class, WatchedDataSource.class).run(args);
  }

  /** Wraps the pool before anybody gets it. */
  static final class WatchedDataSource implements BeanPostProcessor {

    private final KillPoint point = KillPoint.valueOf(System.getenv("CHAOS_KILL_POINT"));
    private final AtomicInteger left =
        new AtomicInteger(Integer.parseInt(System.getenv("CHAOS_KILL_AT")));

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      return bean instanceof DataSource pool ? new Watched(pool, this) : bean;
    }

    void reached(KillPoint.When when, List<KillPoint.Executed> transaction) {
      if (point.when == when && point.isReachedBy(transaction) && left.decrementAndGet() == 0) {
        System.out.println("Killed " + point.words);
        System.out.flush();
        Runtime.getRuntime().halt(KILLED);
      }
    }
  }

  private static final class Watched extends DelegatingDataSource {

    private final WatchedDataSource watcher;

    Watched(DataSource pool, WatchedDataSource watcher) {
      super(pool);
      this.watcher = watcher;
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      return proxy(Connection.class, new WatchedConnection(connection, watcher));
    }
  }

  private record WatchedConnection(
      Connection connection, WatchedDataSource watcher, List<KillPoint.Executed> transaction)
      implements InvocationHandler {

    WatchedConnection(Connection connection, WatchedDataSource watcher) {
      this(connection, watcher, new ArrayList<>());
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (method.getName().equals("commit")) {
        watcher.reached(KillPoint.When.BEFORE_COMMIT, transaction);
      }
      Object result = call(connection, method, arguments);
      switch (method.getName()) {
        case "commit" -> {
          watcher.reached(KillPoint.When.AFTER_COMMIT, transaction);
          transaction.clear();
        }
        case "rollback" -> transaction.clear();
        case "prepareStatement" -> {
          return proxy(
              PreparedStatement.class,
              new WatchedStatement(
                  (PreparedStatement) result,
                  ((String) arguments[0]).toLowerCase(),
                  new ArrayList<>(),
                  transaction));
        }
        default -> {}
      }
      return result;
    }
  }

  private record WatchedStatement(
      PreparedStatement statement,
      String sql,
      List<String> texts,
      List<KillPoint.Executed> transaction)
      implements InvocationHandler {

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      Object result = call(statement, method, arguments);
      if (method.getName().startsWith("set")
          && arguments.length > 1
          && arguments[1] instanceof String text) {
        texts.add(text);
      } else if (method.getName().startsWith("execute")) {
        transaction.add(new KillPoint.Executed(sql, texts));
      }
      return result;
    }
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            HubWithKillPoints.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
