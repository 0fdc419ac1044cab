package io.leadhub.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A certificate for 127.0.0.1 that nobody vouches for, until a hub is told to trust it. */
final class Certificate {

  static final String PASSWORD = "chaos-store";

  private static final Path STORE = Path.of("target", "chaos", "certificate.p12").toAbsolutePath();

  private Certificate() {}

  /** The key store with it, made once. */
  static synchronized String store() {
    try {
      if (!Files.exists(STORE)) {
        Files.createDirectories(STORE.getParent());
        make();
      }
      return STORE.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Options of a JVM that trusts it. */
  static String trust() {
    return "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
        .formatted(store(), PASSWORD);
  }

  private static void make() throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "remotes",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                STORE.toString())
            .inheritIO()
            .start();
    if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool made no certificate");
    }
  }
}
