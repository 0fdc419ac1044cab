import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the hub is measured against: the same webhook in a plain Spring controller. It checks the
 * signature, lets one thread insert what waits in one statement, and answers after the commit. One
 * row a post; the hub writes two, the event and its delivery.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  ServletWebServerFactoryAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  WebMvcAutoConfiguration.class,
  HttpMessageConvertersAutoConfiguration.class,
  DataSourceAutoConfiguration.class,
  JdbcTemplateAutoConfiguration.class
})
@RestController
public class BareController {

  private static final int MOST_ROWS = 256;

  private record Waiting(byte[] body, CompletableFuture<Void> committed) {}

  private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final SecretKeySpec secret =
      new SecretKeySpec(
          System.getenv("META_APP_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  private final JdbcTemplate jdbc;

  BareController(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    jdbc.execute(
        """
        create table if not exists bare_events (
          id bigint not null auto_increment primary key,
          topic varchar(100) not null,
          payload longblob not null,
          created_at datetime(6) not null default now(6)
        ) engine = innodb
        """);
    Thread writer = new Thread(this::write, "writer");
    writer.setDaemon(true);
    writer.start();
  }

  public static void main(String[] args) {
    SpringApplication.run(BareController.class, args);
  }

  @PostMapping("/webhook/whatsapp/meta")
  ResponseEntity<Void> webhook(HttpServletRequest request) throws Exception {
    byte[] body = request.getInputStream().readAllBytes();
    if (!isSigned(body, request.getHeader("X-Hub-Signature-256"))) {
      return ResponseEntity.status(401).build();
    }
    Waiting waiting = new Waiting(body, new CompletableFuture<>());
    queue.add(waiting);
    waiting.committed.get();
    return ResponseEntity.ok().build();
  }

  private boolean isSigned(byte[] body, String signature) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(secret);
    return signature != null
        && MessageDigest.isEqual(
            ("sha256=" + HexFormat.of().formatHex(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8),
            signature.getBytes(StandardCharsets.UTF_8));
  }

  private void write() {
    List<Waiting> group = new ArrayList<>();
    while (true) {
      try {
        group.add(queue.take());
        queue.drainTo(group, MOST_ROWS - 1);
        List<Object> values = new ArrayList<>();
        group.forEach(waiting -> Collections.addAll(values, "webhook.meta", waiting.body));
        jdbc.update(
            "insert into bare_events (topic, payload) values "
                + String.join(", ", Collections.nCopies(group.size(), "(?, ?)")),
            values.toArray());
        group.forEach(waiting -> waiting.committed.complete(null));
      } catch (Exception e) {
        group.forEach(waiting -> waiting.committed.completeExceptionally(e));
      }
      group.clear();
    }
  }
}
