package io.leadhub.attribution;

/**
 * A partner's code in a text.
 *
 * @param partner whose it is
 * @param how what it was recognised by: {@code keyword} (it stands after one), {@code code} (it
 *     stands alone), {@code typo} (one edit away from what was issued)
 * @param start where it begins in the text, a char index
 * @param end where it ends, exclusive
 * @param written the text between both, as the customer wrote it
 */
public record CodeFinding(
    PartnerDirectory.Entry partner,
    String how,
    Certainty certainty,
    int start,
    int end,
    String written) {}
