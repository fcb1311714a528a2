package io.speckv.evals.ruler;

/** Counts the tokens of a text in the vocabulary of the model that will read it. */
@FunctionalInterface
public interface TokenCounter {
    /** Returns the number of tokens of {@code text}, without special tokens around it. */
    int count(String text);
}
