package io.leadhub;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Everything under {@code hub:} in application.yaml. An empty secret means "not configured": the
 * webhook that needs it is refused, the destination that needs it is off (or, in the demo profile,
 * played by the sandbox).
 *
 * @param dataDir where the embedded database and the spool keep their files
 * @param publicUrl how the world reaches this hub; Twilio signs it, links are built from it
 * @param timeZone decides what "yesterday" and the report hour are
 * @param apiToken bearer token of {@code /api}; empty: the API answers nobody
 * @param webhooks other systems that hear of every lead by a signed webhook
 * @param destinations those that stand in route files of the integrator's own
 */
@Validated
@ConfigurationProperties("hub")
public record HubSettings(
    @NotNull Path dataDir,
    @NotNull URI publicUrl,
    @NotNull ZoneId timeZone,
    @DefaultValue("") String apiToken,
    @Valid @DefaultValue Database database,
    @Valid @DefaultValue Spool spool,
    @Valid @DefaultValue WhatsApp whatsapp,
    @Valid @DefaultValue Meta meta,
    @Valid @DefaultValue Twilio twilio,
    @Valid @DefaultValue D360 d360,
    @Valid @DefaultValue Wati wati,
    @Valid @DefaultValue Generic generic,
    @Valid @DefaultValue Telegram telegram,
    @Valid @DefaultValue GoogleSheets googleSheets,
    @Valid @DefaultValue Owner owner,
    @Valid @DefaultValue Channels channels,
    @Valid @DefaultValue Lead lead,
    @Valid @DefaultValue Reply reply,
    @Valid @DefaultValue Limits limits,
    @Valid @DefaultValue Report report,
    @Valid @DefaultValue Costs costs,
    @Valid @DefaultValue Housekeeping housekeeping,
    @Valid @DefaultValue Sandbox sandbox,
    @Valid @DefaultValue List<Webhook> webhooks,
    @Valid @DefaultValue List<Destination> destinations) {

  private static final String HTTP_URL = "https?://[^\\s]+[^/\\s]";
  private static final String HTTP_URL_HINT =
      "must be an http(s) address without a slash at the end";

  /**
   * @param url JDBC address of a MariaDB 10.6 or newer; empty: the embedded one in {@code dataDir}
   */
  public record Database(
      @DefaultValue("")
          @Pattern(regexp = "(jdbc:mariadb://.*)?", message = "must start with jdbc:mariadb://")
          String url,
      @DefaultValue("") String user,
      @DefaultValue("") String password) {}

  /**
   * @param maxSize what webhooks may take of the disk while the database is away
   */
  public record Spool(@DefaultValue("1GB") @NotNull DataSize maxSize) {

    /** Less would not hold the largest webhook. */
    private static final DataSize LEAST = DataSize.ofMegabytes(8);

    public Spool {
      if (maxSize != null && maxSize.compareTo(LEAST) < 0) {
        throw new IllegalArgumentException(
            "hub.spool.max-size must be at least " + LEAST.toMegabytes() + "MB, not " + maxSize);
      }
    }
  }

  /**
   * @param provider whom {@code /webhook/whatsapp} belongs to
   * @param number the business's WhatsApp number, digits only, for wa.me links
   */
  public record WhatsApp(
      @DefaultValue("meta")
          @Pattern(
              regexp = "[a-z0-9]+(-[a-z0-9]+)*",
              message = "must be the name of a way in, such as meta, twilio, 360dialog or wati")
          String provider,
      @DefaultValue("")
          @Pattern(regexp = "\\d*", message = "must be digits only, as in 66812345678")
          String number) {}

  /**
   * @param appSecret signs what Meta posts to us
   * @param previousAppSecret the one before, still good while it is being replaced
   * @param networks from where Meta's posts may come, as {@code 192.0.2.0/24}; empty: from anywhere
   * @param verifyToken what Meta must say in its GET handshake
   * @param accessToken with it we send replies
   * @param phoneNumberId the number that replies are sent from when a message does not tell
   * @param baseUrl Graph API with its version
   * @param statusWait how long a reply whose answer was lost waits for a status that tells of it
   */
  public record Meta(
      @DefaultValue("") String appSecret,
      @DefaultValue("") String previousAppSecret,
      @DefaultValue List<@Network String> networks,
      @DefaultValue("") String verifyToken,
      @DefaultValue("") String accessToken,
      @DefaultValue("") String phoneNumberId,
      @NotBlank @Pattern(regexp = HTTP_URL, message = HTTP_URL_HINT) String baseUrl,
      @DefaultValue("2m") @NotNull Duration statusWait) {}

  /**
   * @param authToken signs what Twilio posts to us, and lets us send
   * @param previousAuthToken the one before, still good for posts while it is being replaced
   * @param networks from where Twilio's posts may come; empty: from anywhere
   * @param from our WhatsApp sender, E.164
   */
  public record Twilio(
      @DefaultValue("") String accountSid,
      @DefaultValue("") String authToken,
      @DefaultValue("") String previousAuthToken,
      @DefaultValue List<@Network String> networks,
      @DefaultValue("") String from,
      @NotBlank @Pattern(regexp = HTTP_URL, message = HTTP_URL_HINT) String baseUrl) {}

  /**
   * 360dialog, which hosts the Cloud API and posts Meta's own webhooks.
   *
   * @param apiKey lets us send
   * @param webhookToken lets 360dialog in: {@code ?token=…} or {@code Authorization: Bearer …}
   * @param previousWebhookToken the one before, still good while it is being replaced
   * @param signatureSecret where 360dialog signs its posts, they must be signed with it
   * @param phoneNumberId names the number where a message does not tell which one it came to
   * @param networks from where its posts may come; empty: from anywhere
   */
  public record D360(
      @DefaultValue("") String apiKey,
      @DefaultValue("") String webhookToken,
      @DefaultValue("") String previousWebhookToken,
      @DefaultValue("") String signatureSecret,
      @DefaultValue("") String phoneNumberId,
      @DefaultValue List<@Network String> networks,
      @NotBlank @Pattern(regexp = HTTP_URL, message = HTTP_URL_HINT) String baseUrl) {}

  /**
   * @param apiToken lets us send
   * @param webhookToken lets Wati in: {@code ?token=…} or {@code Authorization: Bearer …}
   * @param previousWebhookToken the one before, still good while it is being replaced
   * @param networks from where its posts may come; empty: from anywhere
   * @param baseUrl the account's own address, with its tenant
   */
  public record Wati(
      @DefaultValue("") String apiToken,
      @DefaultValue("") String webhookToken,
      @DefaultValue("") String previousWebhookToken,
      @DefaultValue List<@Network String> networks,
      @NotBlank @Pattern(regexp = HTTP_URL, message = HTTP_URL_HINT) String baseUrl) {}

  /**
   * Who may post to {@code /webhook/lead}: whoever shows the token, or signs the body with the
   * secret.
   */
  public record Generic(@DefaultValue("") String token, @DefaultValue("") String secret) {}

  /**
   * @param repeats how often a message that may have arrived is sent again: once, or never
   */
  public record Telegram(
      @DefaultValue("") String botToken,
      @NotBlank @Pattern(regexp = HTTP_URL, message = HTTP_URL_HINT) String baseUrl,
      @DefaultValue("1") @Min(0) @Max(1) int repeats) {}

  /**
   * @param serviceAccountKey file with the JSON key of a Google service account
   * @param range where the table of leads starts, in A1 notation
   */
  public record GoogleSheets(
      @DefaultValue("") String spreadsheetId,
      @DefaultValue("") String serviceAccountKey,
      @NotBlank @Pattern(regexp = HTTP_URL, message = HTTP_URL_HINT) String baseUrl,
      @DefaultValue("A1") @NotBlank String range) {}

  /**
   * Whose business it is, and who hears of it when something needs a person.
   *
   * @param telegramChatId the owner's chat with the bot; empty: nobody is told
   * @param locale language of what the owner reads
   */
  public record Owner(
      @DefaultValue("")
          @Pattern(regexp = "(-?\\d+)?", message = "must be the number of a Telegram chat")
          String telegramChatId,
      @DefaultValue("en") @Pattern(regexp = "ru|en|th", message = "must be ru, en or th")
          String locale) {}

  /**
   * How the ways in and out are watched.
   *
   * @param probeEvery how often each provider is asked whether its token is good; 0: never
   * @param silenceAlarm how many messages must be missing before a silence is told; none: never
   */
  public record Channels(
      @DefaultValue("5m")
          @NotNull
          @DurationMin(message = "must not be negative; 0 asks nobody, 5m every five minutes")
          Duration probeEvery,
      @DefaultValue("10")
          @Pattern(
              regexp = "none|[1-9]\\d{0,5}",
              message = "must be a number of messages such as 10, or none")
          String silenceAlarm) {}

  /**
   * @param attributionWindow a message within this time after the last one joins the open lead
   */
  public record Lead(@DefaultValue("30d") @NotNull Duration attributionWindow) {}

  /**
   * What is answered by itself, and when not. Hours and days are those of {@code hub.time-zone}.
   *
   * @param defaultLanguage the reply's language when neither text nor phone tell
   * @param againAfter a lead is greeted once in this time
   * @param hours when somebody is there, as {@code mon-fri 09:00-18:00}; empty: always
   * @param holidays days without hours, as {@code 2026-12-31}
   * @param quiet when nothing is sent, as {@code 22:00-08:00}: replies wait; empty: never
   * @param mostPerHour automatic messages that one contact gets in an hour at most
   * @param stopWords a message of one of them alone: nothing automatic to that contact any more
   * @param startWords a message of one of them alone undoes that
   * @param window how long after a customer's message free text may be sent
   * @param adWindow the same after a message that came from an ad
   * @param templates sent where free text may not be, one for each language
   */
  public record Reply(
      @DefaultValue("en") @Pattern(regexp = "ru|en|th", message = "must be ru, en or th")
          String defaultLanguage,
      @DefaultValue("30d") @NotNull Duration againAfter,
      @DefaultValue List<String> hours,
      @DefaultValue List<String> holidays,
      @DefaultValue("") String quiet,
      @DefaultValue("5") @Min(1) int mostPerHour,
      @DefaultValue List<String> stopWords,
      @DefaultValue List<String> startWords,
      @DefaultValue("24h") @NotNull Duration window,
      @DefaultValue("72h") @NotNull Duration adWindow,
      @Valid @DefaultValue List<Template> templates) {}

  /**
   * A template as it was approved. What is wrong with it is said at the start by {@code
   * ReplyTemplates}.
   *
   * @param language of the reply it stands in for: ru, en or th
   * @param name at Meta, 360dialog and Wati
   * @param code its language there, as {@code en_US}; empty: as {@code language}
   * @param contentSid at Twilio
   * @param body its text with {@code {{1}}} or {@code {{name}}}, as it was approved
   * @param variables for {@code {{1}}}, {@code {{2}}}, … in turn the lead's field, as {@code name}
   *     or {@code name|guest}, what stands after the bar being said where the lead has none; where
   *     they have names, {@code customer=name}
   * @param header what stands above the text, or null
   */
  public record Template(
      @DefaultValue("") String language,
      @DefaultValue("") String name,
      @DefaultValue("") String code,
      @DefaultValue("") String contentSid,
      @DefaultValue("") String body,
      @DefaultValue List<String> variables,
      Header header) {}

  /**
   * @param type image, video or document
   * @param url where the provider fetches it
   */
  public record Header(@DefaultValue("") String type, @DefaultValue("") String url) {}

  /** How often each destination may be asked, as {@code 30/1s}, or {@code none}. */
  public record Limits(
      @DefaultValue("30/1s") @RateLimit String telegram,
      @DefaultValue("1/1s") @RateLimit String telegramChat,
      @DefaultValue("20/1m") @RateLimit String telegramGroup,
      @DefaultValue("60/1m") @RateLimit String googleSheets,
      @DefaultValue("80/1s") @RateLimit String meta,
      @DefaultValue("1/6s") @RateLimit String metaRecipient,
      @DefaultValue("10/1s") @RateLimit String twilio,
      @DefaultValue("80/1s") @RateLimit String d360,
      @DefaultValue("1/6s") @RateLimit String d360Recipient,
      @DefaultValue("30/10s") @RateLimit String wati) {}

  /** A number, and the time that it is for. */
  @Pattern(
      regexp = "none|[1-9][0-9]*/[1-9][0-9]*[smh]",
      message = "must be a limit such as 30/1s, 20/1m or 100/1h, or none")
  @ReportAsSingleViolation
  @Constraint(validatedBy = {})
  @Target({ElementType.FIELD, ElementType.PARAMETER})
  @Retention(RetentionPolicy.RUNTIME)
  @interface RateLimit {
    String message() default "must be a limit such as 30/1s, 20/1m or 100/1h, or none";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  /** Addresses that a post may come from. */
  @Pattern(
      regexp = "[0-9a-fA-F.:]+(/\\d{1,3})?",
      message = "must be an address or a network such as 192.0.2.0/24")
  @ReportAsSingleViolation
  @Constraint(validatedBy = {})
  @Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
  @Retention(RetentionPolicy.RUNTIME)
  @interface Network {
    String message() default "must be an address or a network such as 192.0.2.0/24";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
  }

  /**
   * @param cron when yesterday is reported, a Quartz expression in {@code hub.time-zone}
   * @param catchUpDays how many missed days are reported after a standstill
   */
  public record Report(
      @DefaultValue("0 0 9 * * ?") @NotBlank String cron,
      @DefaultValue("7") @Min(1) int catchUpDays) {}

  /**
   * What messages cost. Without rates every billable message counts as unpriced.
   *
   * @param currency of the rates and the budget, three letters
   * @param freeServiceMessages so many service messages of a number are free each calendar month
   * @param serviceMessagesChargedFrom before this day service messages cost nothing
   * @param monthlyBudget for a calendar month; 0 or missing: none
   * @param warnAt part of the budget from which the owner is told, {@code 80%}
   */
  public record Costs(
      @DefaultValue("USD")
          @Pattern(regexp = "[A-Z]{3}", message = "must be three letters such as USD")
          String currency,
      @Valid @DefaultValue List<Rate> rates,
      @DefaultValue("1000") @Min(0) int freeServiceMessages,
      @DefaultValue("2026-10-01") @NotNull LocalDate serviceMessagesChargedFrom,
      @DecimalMin(value = "0", message = "must not be negative; 0 for no budget")
          BigDecimal monthlyBudget,
      @DefaultValue("80%")
          @Pattern(regexp = "[1-9][0-9]?%", message = "must be a part of the budget such as 80%")
          String warnAt,
      @DefaultValue("warn") @NotNull OverBudget overBudget) {

    public Costs {
      List<String> seen = new ArrayList<>();
      for (Rate rate : rates) {
        String what = rate.from() + ", " + rate.country() + ", " + rate.category();
        if (seen.contains(what)) {
          throw new IllegalArgumentException(
              "hub.costs.rates[%d] is for the same from, country and category (%s) as hub.costs.rates[%d]; remove one of them"
                  .formatted(seen.size(), what, seen.indexOf(what)));
        }
        seen.add(what);
      }
    }
  }

  /** What happens when the month's budget is spent. */
  public enum OverBudget {
    /** The owner is told. */
    WARN,
    /** The owner is told, and replies that nobody needs are not sent until the month is over. */
    PAUSE_REPLIES
  }

  /**
   * What one message costs.
   *
   * @param from the first day it is true
   * @param country the recipient's, two letters, or {@code *}
   * @param category as the provider names it, or {@code *}
   * @param price in the currency of {@link Costs}
   */
  public record Rate(
      @NotNull(message = "is missing; write the first day of the rate, such as 2026-10-01")
          LocalDate from,
      @NotNull(message = "is missing; write two letters such as TH, or \"*\" for any other")
          @Pattern(
              regexp = "[A-Z]{2}|\\*",
              message =
                  "must be two capital letters such as TH, or * for any other; in quotes: YAML reads a bare NO as false and takes no bare *")
          String country,
      @NotNull(message = "is missing; write a category such as utility, or \"*\" for any other")
          @Pattern(
              regexp = "[a-z0-9_-]+|\\*",
              message = "must be a category such as utility, or \"*\" for any other")
          String category,
      @NotNull(message = "is missing; write what one message costs, such as 0.0123")
          @DecimalMin(value = "0", message = "must not be negative; 0 when it costs nothing")
          @Digits(
              integer = 8,
              fraction = 6,
              message = "must be a number with at most 6 decimals, such as 0.0123")
          BigDecimal price) {}

  /**
   * @param keep how long an event stays after it was published, once every subscriber is done with
   *     it
   */
  public record Housekeeping(
      @DefaultValue("90d")
          @NotNull
          @DurationMin(days = 1, message = "must be a day or more, as in 90d")
          Duration keep) {}

  /** Which remotes this process plays itself; set by the demo profile, never by hand. */
  public record Sandbox(
      @DefaultValue("false") boolean meta,
      @DefaultValue("false") boolean twilio,
      @DefaultValue("false") boolean d360,
      @DefaultValue("false") boolean wati,
      @DefaultValue("false") boolean telegram,
      @DefaultValue("false") boolean googleSheets,
      @DefaultValue("false") boolean webhook) {}

  /**
   * @param url where the signed webhook is posted
   * @param secret {@code whsec_} and 24 to 64 random bytes in base64 (Standard Webhooks)
   */
  public record Webhook(
      @NotBlank @Pattern(regexp = "https?://\\S+", message = "must be an http(s) address")
          String url,
      @NotBlank
          @Pattern(
              regexp = "whsec_[A-Za-z0-9+/]{32,88}={0,2}",
              message = "must be whsec_ and base64 of 24 to 64 bytes")
          String secret) {}

  /**
   * @param name of the destination and of its subscriber
   * @param needs the settings it cannot work without
   */
  public record Destination(
      @NotBlank
          @Pattern(
              regexp = "[a-z0-9]+(-[a-z0-9]+)*",
              message = "must be small letters, digits and dashes, such as my-crm")
          String name,
      @DefaultValue List<String> needs) {}
}
