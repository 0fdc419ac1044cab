package io.leadhub.partner;

import static io.leadhub.partner.PartnerRefusedException.Reason.BAD;
import static io.leadhub.partner.PartnerRefusedException.Reason.TAKEN;
import static io.leadhub.partner.PartnerRefusedException.Reason.UNKNOWN;

import io.leadhub.attribution.CodeLint;
import io.leadhub.attribution.CodeLint.Severity;
import io.leadhub.attribution.IssuedCodes;
import io.leadhub.attribution.PartnerDirectory.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Partners as the business keeps them, those who rest included. */
@Component
public class PartnerBook {

  private static final Map<String, String> COLUMNS =
      Map.of(
          "name", "name",
          "locale", "locale",
          "timeZone", "time_zone",
          "phone", "phone",
          "active", "active");

  private static final String PARTNERS =
      "select id, code, name, locale, time_zone, phone, active from partners p ";

  private final JdbcTemplate jdbc;
  private final PartnerFields fields;
  private final CodeLint lint;
  private final IssuedCodes issued;

  /** Changes when a code comes or goes, and with nothing else. */
  private record Version(long count, long sum) {}

  private record Known(Version version, List<Entry> partners) {}

  private volatile Known known = new Known(null, List.of());

  PartnerBook(JdbcTemplate jdbc, PartnerFields fields, CodeLint lint, IssuedCodes issued) {
    this.jdbc = jdbc;
    this.fields = fields;
    this.lint = lint;
    this.issued = issued;
  }

  /**
   * A new partner, active at once.
   *
   * @param code null or blank: one is issued
   * @param told name and whatever else is known, by the fields' names; null counts as not told
   * @throws PartnerRefusedException in words
   */
  @Transactional
  public Partner create(String code, Map<String, ?> told) {
    waitForOthersWhoCreate();
    List<Entry> others = everybody();
    boolean chosen = code != null && !code.isBlank();
    String wanted = chosen ? code.strip().toUpperCase(Locale.ROOT) : issued.next(others);
    List<String> problems = new ArrayList<>();
    if (!CodeLint.isCode(wanted)) {
      problems.add("code " + CodeLint.RULE);
    }
    Map<String, Object> known = new LinkedHashMap<>(Collections.singletonMap("name", null));
    told.forEach(
        (field, value) -> {
          if (value != null) {
            known.put(field, value);
          }
        });
    Map<String, Object> checked = fields.check(known, problems);
    refuse(problems);
    if (chosen) {
      requireFree(wanted, others);
    }
    try {
      insert(List.of(completed(wanted, checked)));
    } catch (DuplicateKeyException e) {
      throw taken(wanted);
    }
    return get(wanted);
  }

  /**
   * @param told fields by their names; null empties one that may be empty and makes the locale the
   *     default language, a missing one stays
   * @throws PartnerRefusedException in words
   */
  @Transactional
  public Partner change(String code, Map<String, ?> told) {
    Partner partner = get(code);
    List<String> problems = new ArrayList<>();
    if (told.containsKey("code")) {
      problems.add(
          "code is never changed: it is printed on QR codes."
              + " Deactivate this partner and create another one");
    }
    Map<String, Object> others = new LinkedHashMap<>(told);
    others.remove("code");
    Map<String, Object> checked = fields.check(others, problems);
    refuse(problems);
    update(partner.id(), PartnerFields.changes(partner, checked));
    return get(code);
  }

  /**
   * @throws PartnerRefusedException when nobody has the code
   */
  public Partner get(String code) {
    return read(PARTNERS + "where code = ?", code.strip().toUpperCase(Locale.ROOT)).stream()
        .findFirst()
        .orElseThrow(
            () -> new PartnerRefusedException(UNKNOWN, "No partner has the code " + code + "."));
  }

  /**
   * @param active null: those who rest as well
   * @param words part of the code or of the name, or null
   * @param before an id: only those created before it, or null
   * @return newest first
   */
  public List<Partner> list(Boolean active, String words, Long before, int limit) {
    String like =
        words == null ? "%" : "%" + words.strip().replaceAll("([\\\\%_])", "\\\\$1") + "%";
    return read(
        PARTNERS
            + """
            where (? is null or active = ?) and (code like ? or name like ?) and (? is null or id < ?)
            order by id desc limit ?
            """,
        active,
        active,
        like,
        like,
        before,
        before,
        limit);
  }

  /** What is unwise about a partner's code, in sentences. */
  public List<String> warnings(Partner partner) {
    return lint.check(partner.code(), everybody(), partner.id()).stream()
        .map(CodeLint.Problem::text)
        .toList();
  }

  /**
   * One transaction creates partners after the other: two codes that look alike and come in the
   * same moment would not see each other.
   */
  void waitForOthersWhoCreate() {
    jdbc.update("insert into partner_creation (id) values (1) on duplicate key update id = id");
  }

  List<Partner> all() {
    return read(PARTNERS + "order by id");
  }

  /** The same list object while no code came or went; names in it may be older. */
  List<Entry> everybody() {
    Version version =
        jdbc.queryForObject(
            "select count(*), bit_xor(crc32(concat(id, ' ', code))) from partners",
            (row, index) -> new Version(row.getLong(1), row.getLong(2)));
    Known now = known;
    if (!version.equals(now.version)) {
      now = new Known(version, all().stream().map(PartnerBook::entry).toList());
      known = now;
    }
    return now.partners;
  }

  /** See {@link CodeLint#likeness}. */
  String likeness(String code) {
    return lint.likeness(code);
  }

  static Entry entry(Partner partner) {
    return new Entry(
        partner.id(),
        partner.code(),
        partner.name(),
        partner.locale(),
        partner.phone(),
        partner.active());
  }

  /** What is not told is as for everybody. */
  Partner completed(String code, Map<String, Object> told) {
    @SuppressWarnings("unchecked")
    List<Long> chats = (List<Long>) told.getOrDefault("telegramChatIds", List.of());
    return new Partner(
        0,
        code,
        (String) told.get("name"),
        (String) told.getOrDefault("locale", fields.defaultLanguage),
        (String) told.get("timeZone"),
        (String) told.get("phone"),
        (Boolean) told.getOrDefault("active", true),
        chats);
  }

  private void requireFree(String code, List<Entry> others) {
    if (others.stream().anyMatch(other -> other.code().equals(code))) {
      throw taken(code);
    }
    lookAlike(code, others)
        .ifPresent(
            problem -> {
              throw new PartnerRefusedException(TAKEN, "The code " + code + ": " + problem);
            });
  }

  /**
   * @param others the same list again costs less
   * @return why the code cannot be beside those, in a sentence
   */
  Optional<String> lookAlike(String code, List<Entry> others) {
    return lint.check(code, others).stream()
        .filter(problem -> problem.severity() == Severity.ERROR)
        .map(CodeLint.Problem::text)
        .findFirst();
  }

  static PartnerRefusedException taken(String code) {
    return new PartnerRefusedException(TAKEN, "The code " + code + " is taken by another partner.");
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new PartnerRefusedException(BAD, String.join("; ", problems) + ".");
    }
  }

  /**
   * @throws DuplicateKeyException when a code is taken
   */
  void insert(List<Partner> partners) {
    List<Object[]> chats = new ArrayList<>();
    jdbc.batchUpdate(
        """
        insert into partners (code, name, locale, time_zone, phone, active)
        values (?, ?, ?, ?, ?, ?)
        """,
        partners.stream()
            .map(
                one ->
                    new Object[] {
                      one.code(),
                      one.name(),
                      one.locale(),
                      one.timeZone(),
                      one.phone(),
                      one.active()
                    })
            .toList());
    List<Partner> withChats =
        partners.stream().filter(one -> !one.telegramChatIds().isEmpty()).toList();
    if (!withChats.isEmpty()) {
      Map<String, Long> ids = new HashMap<>();
      jdbc.query(
          "select code, id from partners",
          row -> {
            ids.put(row.getString(1), row.getLong(2));
          });
      withChats.forEach(one -> chats.addAll(chats(ids.get(one.code()), one.telegramChatIds())));
    }
    insertChats(chats);
  }

  void update(long id, Map<String, PartnerFields.Change> changes) {
    List<String> columns = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    changes.forEach(
        (field, change) -> {
          if (COLUMNS.containsKey(field)) {
            columns.add(COLUMNS.get(field) + " = ?");
            values.add(change.to());
          }
        });
    if (!columns.isEmpty()) {
      values.add(id);
      jdbc.update(
          "update partners set " + String.join(", ", columns) + " where id = ?", values.toArray());
    }
    if (changes.containsKey("telegramChatIds")) {
      jdbc.update("delete from partner_chats where partner_id = ?", id);
      insertChats(chats(id, (List<?>) changes.get("telegramChatIds").to()));
    }
  }

  private static List<Object[]> chats(long id, List<?> chats) {
    return chats.stream().map(chat -> new Object[] {id, chat}).toList();
  }

  private void insertChats(List<Object[]> chats) {
    jdbc.batchUpdate("insert into partner_chats (partner_id, chat_id) values (?, ?)", chats);
  }

  private List<Partner> read(String sql, Object... values) {
    Map<Long, Partner> partners = new LinkedHashMap<>();
    jdbc.query(
        sql,
        row -> {
          partners.put(
              row.getLong("id"),
              new Partner(
                  row.getLong("id"),
                  row.getString("code"),
                  row.getString("name"),
                  row.getString("locale"),
                  row.getString("time_zone"),
                  row.getString("phone"),
                  row.getBoolean("active"),
                  new ArrayList<>()));
        },
        values);
    if (!partners.isEmpty()) {
      jdbc.query(
          "select partner_id, chat_id from partner_chats where partner_id between ? and ? order by id",
          row -> {
            Partner partner = partners.get(row.getLong(1));
            if (partner != null) {
              partner.telegramChatIds().add(row.getLong(2));
            }
          },
          Collections.min(partners.keySet()),
          Collections.max(partners.keySet()));
    }
    return List.copyOf(partners.values());
  }
}
