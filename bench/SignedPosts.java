import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes posts as Meta would send them, each the first message of another customer: one a line, the
 * signature, a tab and the body.
 *
 * <p>java bench/SignedPosts.java secret first count file
 */
class SignedPosts {

  public static void main(String[] args) throws IOException, GeneralSecurityException {
    String secret = args[0];
    int first = Integer.parseInt(args[1]);
    int count = Integer.parseInt(args[2]);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    long now = Instant.now().getEpochSecond();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(args[3])))) {
      for (int number = first; number < first + count; number++) {
        byte[] body = body(number, now).getBytes(StandardCharsets.UTF_8);
        out.write(HexFormat.of().formatHex(mac.doFinal(body)).getBytes(StandardCharsets.UTF_8));
        out.write('\t');
        out.write(body);
        out.write('\n');
      }
    }
  }

  /** As long as a short real one; each names one of the hundred partners P100 to P199. */
  private static String body(int number, long now) {
    String phone = "6681%07d".formatted(number);
    String text = "Code: P%d. Is a car free next week?".formatted(100 + number % 100);
    return """
        {"object":"whatsapp_business_account","entry":[{"id":"100000000000002","changes":[{\
        "value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111",\
        "phone_number_id":"100000000000001"},"contacts":[{"profile":{"name":"Customer %1$d"},\
        "wa_id":"%2$s"}],"messages":[{"from":"%2$s",\
        "id":"wamid.HBgLNjY4MTIzNDU2NzgVAgASGBQzQTBFNDk3%1$08d","timestamp":"%3$d",\
        "text":{"body":"%4$s"},"type":"text"}]},"field":"messages"}]}]}"""
        .formatted(number, phone, now, text);
  }
}
