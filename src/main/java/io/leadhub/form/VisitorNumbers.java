package io.leadhub.form;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tells visitors apart without keeping their addresses. */
@Component
class VisitorNumbers {

  private static final Logger log = LoggerFactory.getLogger(VisitorNumbers.class);

  /** Anything else would be looked up as a name. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F]*[.:][0-9a-fA-F.:]+");

  /** A household or a phone is given so much of an IPv6 address: RFC 6177, RFC 7278. */
  private static final int NETWORK_BYTES = 8;

  private final byte[] salt = new byte[16];
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicBoolean toldOfAForeignProxy = new AtomicBoolean();

  VisitorNumbers() {
    new SecureRandom().nextBytes(salt);
  }

  /**
   * @return a number for the visitor's address that means nothing outside of this process; null
   *     when all that is seen is a proxy of ours, which stands for everybody behind it
   */
  Long of(HttpServletRequest request) {
    String address = request.getRemoteAddr();
    byte[] network = address.getBytes(StandardCharsets.UTF_8);
    if (ADDRESS.matcher(address).matches()) {
      InetAddress from = parse(address);
      if (isOurs(from) && isForwarded(request)) {
        if (!told.getAndSet(true)) {
          log.warn(
              "A form came through a proxy, so visitors cannot be told apart and"
                  + " hub.form.most-per-hour counts for nobody: set"
                  + " server.forward-headers-strategy to native.");
        }
        return null;
      }
      if (isForwardedFor(request, from) && !toldOfAForeignProxy.getAndSet(true)) {
        log.warn(
            "A form came from a public address that says it forwards it for somebody else. Should"
                + " that be a proxy of yours (as Cloudflare), all visitors behind it count as one"
                + " in hub.form.most-per-hour: name its networks in"
                + " server.tomcat.remoteip.internal-proxies and set"
                + " server.forward-headers-strategy to native.");
      }
      byte[] bytes = from.getAddress();
      network = bytes.length > 4 ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes;
    }
    return number(network);
  }

  /** Cloudflare's own header stays on the request when the server has understood the other one. */
  private static boolean isForwardedFor(HttpServletRequest request, InetAddress from) {
    String visitor = request.getHeader("CF-Connecting-IP");
    return visitor == null
        ? isForwarded(request)
        : !ADDRESS.matcher(visitor).matches() || !parse(visitor).equals(from);
  }

  private static boolean isForwarded(HttpServletRequest request) {
    return request.getHeader("X-Forwarded-For") != null || request.getHeader("Forwarded") != null;
  }

  /** Loopback, private networks of IPv4, and unique local addresses of IPv6 (RFC 4193). */
  private static boolean isOurs(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || (bytes.length > 4 && (bytes[0] & 0xfe) == 0xfc);
  }

  private static InetAddress parse(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the server tells an address that is none", e);
    }
  }

  private Long number(byte[] network) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(salt);
      return ByteBuffer.wrap(hash.digest(network)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
