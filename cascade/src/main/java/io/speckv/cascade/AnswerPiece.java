package io.speckv.cascade;

/** A part of an answer as the target sent it. What it carries besides its tokens is between target and driver. */
@FunctionalInterface
public interface AnswerPiece {
    /** Returns the number of tokens, which may be 0 for a piece of text alone. */
    int tokenCount();
}
