package io.speckv.cascade;

/**
 * What a draft reads.
 *
 * @param tokens of the target's vocabulary, at least one; borrowed
 * @param isWhole whether they are all of the request's prompt
 * @param open how many of them, at the end, are still to be chosen from; those before stay
 */
public record DraftPrompt(int[] tokens, boolean isWhole, int open) {}
