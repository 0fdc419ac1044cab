package io.leadhub.durable;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a destination may be asked, over all routes and nodes that name the same credential. A
 * limit is written as {@code 30/1s}: a number, and the time it is for in s, m or h; or {@code
 * none}. Of each limit {@value #USED_PERCENT} % are used, so that a delay on the way does not break
 * it.
 *
 * <p>A recipient is what the deliveries' ordering key names, such as a chat.
 */
public class RateLimits {

  private static final int USED_PERCENT = 95;
  private static final Pattern LIMIT = Pattern.compile("([1-9][0-9]*)/([1-9][0-9]*)(s|m|h)");

  private String credential;
  private Duration total;
  private Duration perRecipient;
  private Pattern groups;
  private Duration perGroup;

  /** Whose limits they are; the same name shares them. */
  public void setCredential(String credential) {
    this.credential = credential;
  }

  /** For everything that is sent with the credential. */
  public void setTotal(String limit) {
    this.total = interval("total", limit);
  }

  /** For each recipient. */
  public void setPerRecipient(String limit) {
    this.perRecipient = interval("perRecipient", limit);
  }

  /** Which recipients are groups, a regular expression of the whole ordering key. */
  public void setGroups(String groups) {
    this.groups = Pattern.compile(groups);
  }

  /** For each recipient that is a group, instead of perRecipient. */
  public void setPerGroup(String limit) {
    this.perGroup = interval("perGroup", limit);
  }

  String credential() {
    if (credential == null) {
      throw new IllegalStateException("RateLimits need a credential: a name for whose they are");
    }
    return credential;
  }

  /** Time between two attempts, or null for no limit. */
  Duration total() {
    return total;
  }

  /** Time between two attempts at this recipient, or null for no limit. */
  Duration of(String recipient) {
    if (recipient == null) {
      return null;
    }
    return groups != null && groups.matcher(recipient).matches() ? perGroup : perRecipient;
  }

  private static Duration interval(String property, String limit) {
    if (limit.strip().equals("none")) {
      return null;
    }
    Matcher matcher = LIMIT.matcher(limit.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "%s of RateLimits is “%s”: write it as 30/1s, 20/1m or 100/1h, or none"
              .formatted(property, limit));
    }
    long seconds =
        Long.parseLong(matcher.group(2))
            * switch (matcher.group(3)) {
              case "s" -> 1;
              case "m" -> 60;
              default -> 3_600;
            };
    return Duration.ofSeconds(seconds)
        .multipliedBy(100)
        .dividedBy(Long.parseLong(matcher.group(1)) * USED_PERCENT);
  }
}
