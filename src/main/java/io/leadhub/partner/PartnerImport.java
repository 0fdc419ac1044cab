package io.leadhub.partner;

import io.leadhub.attribution.CodeLint;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.partner.PartnerFields.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Brings the book of partners up to a table that somebody keeps elsewhere; all of it or nothing.
 */
@Component
public class PartnerImport {

  /** Somebody who is there, and what would be another. */
  public record Changed(String code, Map<String, Change> fields) {}

  /**
   * @param line of the file, from 1
   * @param problem a sentence
   */
  public record Problem(long line, String problem) {}

  /**
   * What a file means.
   *
   * @param create those who are new
   * @param change those who are there and differ
   * @param unchanged how many are there and do not
   * @param errors because of which nothing is applied, the first 100
   * @param moreErrors how many there are besides
   * @param applied whether the book is now as the file says
   */
  public record Result(
      List<Map<String, Object>> create,
      List<Changed> change,
      int unchanged,
      List<Problem> errors,
      int moreErrors,
      boolean applied) {}

  private static final int MOST_ERRORS = 100;

  private final PartnerBook book;
  private final PartnerFields fields;

  PartnerImport(PartnerBook book, PartnerFields fields) {
    this.book = book;
    this.fields = fields;
  }

  /**
   * @param file CSV in UTF-8, see docs/partners.md
   * @param preview whether nothing is to be applied in any case
   * @throws PartnerRefusedException when somebody took one of the codes in this very moment
   */
  @Transactional
  public Result run(byte[] file, boolean preview) {
    if (!preview) {
      book.waitForOthersWhoCreate();
    }
    Plan plan = new Plan();
    for (PartnerTable.Row row : PartnerTable.read(file, plan.errors)) {
      plan.add(row);
    }
    plan.compareNewCodes();
    boolean apply = !preview && plan.errors.isEmpty();
    if (apply) {
      apply(plan);
    }
    return plan.result(apply);
  }

  private void apply(Plan plan) {
    try {
      book.insert(plan.create.stream().map(New::partner).toList());
    } catch (DuplicateKeyException e) {
      throw new PartnerRefusedException(
          PartnerRefusedException.Reason.TAKEN,
          "One of the new codes is taken, or too like another for the database. Nothing was applied.");
    }
    plan.change.forEach((id, changed) -> book.update(id, changed.fields));
  }

  private record New(long line, Partner partner) {}

  /** What is found out row by row. */
  private final class Plan {

    final List<New> create = new ArrayList<>();
    final Map<Long, Changed> change = new LinkedHashMap<>();
    final List<Problem> errors = new ArrayList<>();
    private final Map<String, Partner> known = new HashMap<>();
    private final List<Entry> existing;
    private final Map<String, Long> lines = new HashMap<>();
    private int unchanged;

    Plan() {
      List<Partner> all = book.all();
      all.forEach(partner -> known.put(partner.code(), partner));
      existing = book.everybody();
    }

    void add(PartnerTable.Row row) {
      String code = row.code().toUpperCase(Locale.ROOT);
      List<String> problems = new ArrayList<>(row.problems());
      if (!CodeLint.isCode(code)) {
        problems.add("code " + CodeLint.RULE);
      }
      Long before = lines.putIfAbsent(code, row.line());
      if (before != null) {
        problems.add("code " + code + " stands in line " + before + " already");
      }
      Map<String, Object> told = new LinkedHashMap<>(row.told());
      Partner partner = known.get(code);
      if (partner == null) {
        told.putIfAbsent("name", null);
      }
      Map<String, Object> checked = fields.check(told, problems);
      if (problems.isEmpty() && partner == null) {
        book.lookAlike(code, existing).ifPresent(problems::add);
      }
      if (!problems.isEmpty()) {
        errors.add(new Problem(row.line(), String.join("; ", problems)));
      } else if (partner == null) {
        create.add(new New(row.line(), book.completed(code, checked)));
      } else {
        compare(partner, checked);
      }
    }

    private void compare(Partner partner, Map<String, Object> checked) {
      Map<String, Change> changes = PartnerFields.changes(partner, checked);
      if (changes.isEmpty()) {
        unchanged++;
      } else {
        change.put(partner.id(), new Changed(partner.code(), changes));
      }
    }

    /** New codes may look like each other. */
    void compareNewCodes() {
      Map<String, New> first = new HashMap<>();
      for (New one : create) {
        New before = first.putIfAbsent(book.likeness(one.partner.code()), one);
        if (before != null) {
          errors.add(
              new Problem(
                  one.line,
                  "It looks like " + before.partner.code() + " in line " + before.line + "."));
        }
      }
    }

    Result result(boolean applied) {
      List<Map<String, Object>> created = new ArrayList<>();
      for (New one : create) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("code", one.partner.code());
        told.putAll(one.partner.fields());
        created.add(told);
      }
      errors.sort(Comparator.comparingLong(Problem::line));
      int told = Math.min(errors.size(), MOST_ERRORS);
      return new Result(
          created,
          List.copyOf(change.values()),
          unchanged,
          List.copyOf(errors.subList(0, told)),
          errors.size() - told,
          applied);
    }
  }
}
