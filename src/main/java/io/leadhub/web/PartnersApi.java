package io.leadhub.web;

import io.leadhub.HubSettings;
import io.leadhub.partner.Partners;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/partners")
@Tag(name = "Partners")
class PartnersApi {

  record NewPartner(
      @NotBlank
          @Pattern(
              regexp = "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_-]{1,31}",
              message = "must be 2 to 32 letters, digits, - or _")
          String code,
      @NotBlank @Size(max = 200) String name,
      @Pattern(regexp = "[a-z]{2}", message = "must be a language such as ru, en or th")
          String locale,
      String timeZone,
      Long telegramChatId) {}

  record Partner(
      long id,
      String code,
      String name,
      String locale,
      String timeZone,
      boolean active,
      String link,
      String qr,
      String form) {}

  private final Partners partners;
  private final HubSettings settings;

  PartnersApi(Partners partners, HubSettings settings) {
    this.partners = partners;
    this.settings = settings;
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(summary = "A new partner, active at once; 409 when the code is taken")
  Partner create(@Valid @RequestBody NewPartner asked) {
    String code = asked.code().toUpperCase(Locale.ROOT);
    String locale = asked.locale() == null ? settings.reply().defaultLanguage() : asked.locale();
    requireTimeZone(asked.timeZone());
    try {
      long id =
          partners.create(code, asked.name(), locale, asked.timeZone(), asked.telegramChatId());
      String path = URLEncoder.encode(code, StandardCharsets.UTF_8);
      return new Partner(
          id,
          code,
          asked.name(),
          locale,
          asked.timeZone(),
          true,
          settings.publicUrl() + "/w/" + path,
          settings.publicUrl() + "/qr/" + path + ".png",
          settings.publicUrl() + "/form/" + path);
    } catch (DuplicateKeyException e) {
      throw new ResponseStatusException(
          HttpStatus.CONFLICT, "The code " + code + " is taken by another partner.", e);
    }
  }

  private static void requireTimeZone(String timeZone) {
    try {
      if (timeZone != null) {
        ZoneId.of(timeZone);
      }
    } catch (DateTimeException e) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "timeZone must be a name such as Asia/Bangkok.", e);
    }
  }
}
