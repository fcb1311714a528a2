package io.speckv.evals.training;

/** Turns text into token ids of the vocabulary that is trained. */
@FunctionalInterface
public interface TextEncoder {
    /** Returns the ids of {@code text}, without special tokens around it. */
    int[] encode(String text);
}
