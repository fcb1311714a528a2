package io.speckv.cascade;

/**
 * The tokens that a draft reads.
 *
 * @param tokens of the target's vocabulary, at least one; borrowed
 * @param isWhole whether these tokens are all of the request's prompt
 * @param open how many tokens at the end are still to be chosen from; the tokens before them stay
 */
public record DraftPrompt(int[] tokens, boolean isWhole, int open) {}
