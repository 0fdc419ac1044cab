package io.leadhub.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.leadhub.HubSettings;
import io.leadhub.partner.Partner;
import io.leadhub.partner.PartnerBook;
import io.leadhub.partner.PartnerImport;
import io.leadhub.partner.PartnerRefusedException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/partners")
@Tag(name = "Partners")
class PartnersApi {

  private static final int LARGEST_TABLE = 2 * 1024 * 1024;

  /**
   * @param code 2 to 32 letters, digits, - or _; without one, one is issued
   * @param telegramChatId one chat, or {@code telegramChatIds} several
   */
  record NewPartner(
      String code,
      String name,
      String locale,
      String timeZone,
      String phone,
      Long telegramChatId,
      List<Long> telegramChatIds) {}

  /**
   * @param link counts a click and opens WhatsApp; {@code qr} and {@code qrSvg} are its QR code
   * @param form the contact form
   */
  record Addresses(String link, String qr, String qrSvg, String form) {}

  /**
   * @param warnings what is unwise about the code, in sentences; not in lists
   */
  record Answer(
      @JsonUnwrapped Partner partner,
      @JsonUnwrapped Addresses addresses,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<String> warnings) {}

  /** Somebody who is there and whom a table changes, with what they give away. */
  record ChangedPartner(
      @JsonUnwrapped PartnerImport.Changed changed, @JsonUnwrapped Addresses addresses) {}

  /**
   * See {@link PartnerImport.Result}: the same, each partner with the addresses, so that whoever
   * brings a table has all links and QR codes at once.
   */
  record Imported(
      List<Map<String, Object>> create,
      List<ChangedPartner> change,
      int unchanged,
      List<PartnerImport.Problem> errors,
      int moreErrors,
      boolean applied) {}

  private final PartnerBook book;
  private final PartnerImport imports;
  private final HubSettings settings;

  PartnersApi(PartnerBook book, PartnerImport imports, HubSettings settings) {
    this.book = book;
    this.imports = imports;
    this.settings = settings;
  }

  @GetMapping
  @Operation(summary = "Partners, newest first; those active or not, with a part of code or name")
  Page<Answer> list(
      @RequestParam(required = false) Boolean active,
      @RequestParam(required = false) String q,
      @RequestParam(required = false) Long cursor,
      @RequestParam(defaultValue = "50") int limit) {
    int size = Conditions.pageSize(limit);
    List<Answer> found =
        book.list(active, q, cursor, size + 1).stream()
            .map(partner -> answer(partner, null))
            .toList();
    return Page.of(found, size, answer -> answer.partner.id());
  }

  @GetMapping("/{code}")
  @Operation(summary = "One partner, with what is unwise about the code")
  Answer one(@PathVariable String code) {
    return withWarnings(book.get(code));
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary =
          "A new partner, active at once; without a code one is issued."
              + " 409 when the code is taken or looks like another partner's")
  Answer create(@org.springframework.web.bind.annotation.RequestBody NewPartner asked) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("name", asked.name());
    told.put("locale", asked.locale());
    told.put("timeZone", asked.timeZone());
    told.put("phone", asked.phone());
    told.put(
        "telegramChatIds",
        asked.telegramChatIds() == null && asked.telegramChatId() != null
            ? List.of(asked.telegramChatId())
            : asked.telegramChatIds());
    return withWarnings(book.create(asked.code(), told));
  }

  @PatchMapping("/{code}")
  @Operation(
      summary =
          "Changes name, locale, timeZone, phone, active, or telegramChatIds (the whole list);"
              + " null empties timeZone, phone and telegramChatIds, and makes locale the default"
              + " language. The code is never changed")
  Answer change(
      @PathVariable String code,
      @org.springframework.web.bind.annotation.RequestBody Map<String, Object> asked) {
    return withWarnings(book.change(code, asked));
  }

  @DeleteMapping("/{code}")
  @Operation(summary = "Deactivates a partner: no new leads; those there are stay")
  Answer deactivate(@PathVariable String code) {
    return change(code, Map.of("active", false));
  }

  @PostMapping("/{code}/activate")
  @Operation(summary = "Leads are credited to the partner again")
  Answer activate(@PathVariable String code) {
    return change(code, Map.of("active", true));
  }

  @PostMapping(path = "/import", consumes = "text/csv")
  @Operation(
      summary =
          "Creates and changes partners by a CSV file, all or nothing; preview=true only tells what"
              + " would change. Each partner created or changed is told with link, qr, qrSvg and"
              + " form. 422 when something is wrong in the file",
      requestBody = @RequestBody(content = @Content(mediaType = "text/csv")))
  ResponseEntity<Imported> read(
      @RequestParam(defaultValue = "false") boolean preview, HttpServletRequest request)
      throws IOException {
    byte[] table =
        request.getContentLengthLong() > LARGEST_TABLE
            ? null
            : request.getInputStream().readNBytes(LARGEST_TABLE + 1);
    if (table == null || table.length > LARGEST_TABLE) {
      throw new ResponseStatusException(
          HttpStatus.PAYLOAD_TOO_LARGE, "The file may have 2 MB at most.");
    }
    PartnerImport.Result result = imports.run(table, preview);
    return ResponseEntity.status(
            preview || result.applied() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_ENTITY)
        .body(withAddresses(result));
  }

  @ExceptionHandler
  ProblemDetail refused(PartnerRefusedException refused) {
    HttpStatus status =
        switch (refused.reason()) {
          case BAD -> HttpStatus.BAD_REQUEST;
          case TAKEN -> HttpStatus.CONFLICT;
          case UNKNOWN -> HttpStatus.NOT_FOUND;
        };
    return ProblemDetail.forStatusAndDetail(status, refused.getMessage());
  }

  private Imported withAddresses(PartnerImport.Result result) {
    List<Map<String, Object>> created = new ArrayList<>();
    for (Map<String, Object> partner : result.create()) {
      Addresses addresses = addresses(partner.get("code").toString());
      Map<String, Object> told = new LinkedHashMap<>(partner);
      told.put("link", addresses.link);
      told.put("qr", addresses.qr);
      told.put("qrSvg", addresses.qrSvg);
      told.put("form", addresses.form);
      created.add(told);
    }
    return new Imported(
        created,
        result.change().stream()
            .map(changed -> new ChangedPartner(changed, addresses(changed.code())))
            .toList(),
        result.unchanged(),
        result.errors(),
        result.moreErrors(),
        result.applied());
  }

  private Answer withWarnings(Partner partner) {
    return answer(partner, book.warnings(partner));
  }

  private Answer answer(Partner partner, List<String> warnings) {
    return new Answer(partner, addresses(partner.code()), warnings);
  }

  private Addresses addresses(String code) {
    String path = URLEncoder.encode(code, StandardCharsets.UTF_8);
    return new Addresses(
        settings.publicUrl() + "/w/" + path,
        settings.publicUrl() + "/qr/" + path + ".png",
        settings.publicUrl() + "/qr/" + path + ".svg",
        settings.publicUrl() + "/form/" + path);
  }
}
