package io.leadhub.form;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The contact form.
 *
 * @param mostPerHour so many times one visitor may send it in an hour
 * @param mostPerMinute so many times one partner's form may be sent in a minute, by whomever
 * @param countries those to choose from beside the number, two letters each; the visitor's own is
 *     there in any case
 */
@Validated
@ConfigurationProperties("hub.form")
public record FormSettings(
    @DefaultValue("20") @Min(1) int mostPerHour,
    @DefaultValue("60") @Min(1) int mostPerMinute,
    @DefaultValue({"TH", "RU", "GB", "US"}) @NotEmpty List<String> countries) {}
