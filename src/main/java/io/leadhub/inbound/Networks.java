package io.leadhub.inbound;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.catalina.util.NetMask;
import org.springframework.http.HttpStatus;

/** The networks that a provider's posts may come from; when none is named, they may from any. */
final class Networks {

  /** Anything else would be looked up as a name. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F]*[.:][0-9a-fA-F.:]+(%\\w+)?");

  private final List<NetMask> allowed = new ArrayList<>();

  /**
   * @param key where they are set, for a message
   * @param networks as {@code 192.0.2.0/24}, {@code 192.0.2.1} or {@code 2001:db8::/32}
   * @throws IllegalArgumentException when one is no network; the message names the key
   */
  Networks(String key, List<String> networks) {
    for (String network : networks) {
      try {
        if (!ADDRESS.matcher(network.split("/", 2)[0]).matches()) {
          throw new IllegalArgumentException("it is no address");
        }
        allowed.add(new NetMask(network));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            key + " holds “" + network + "”, which is no network: " + e.getMessage(), e);
      }
    }
  }

  /**
   * @throws WebhookRefusedException when the request comes from elsewhere
   */
  void check(HttpServletRequest request) {
    if (!allowed.isEmpty() && !holds(request.getRemoteAddr())) {
      throw new WebhookRefusedException(
          HttpStatus.FORBIDDEN, "Webhooks are not taken from this address.");
    }
  }

  private boolean holds(String address) {
    if (address == null || !ADDRESS.matcher(address).matches()) {
      return false;
    }
    try {
      InetAddress from = InetAddress.getByName(address);
      return allowed.stream().anyMatch(network -> network.matches(from));
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
