package io.leadhub.attribution;

/**
 * @param rule what the partner was recognised by: {@code keyword} or {@code code}
 */
public record Attribution(long partnerId, String partnerCode, String rule) {}
