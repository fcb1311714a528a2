package io.speckv.cascade;

/** A part of an answer as the target sent it. Only the target and the driver know what it carries besides its tokens. */
@FunctionalInterface
public interface AnswerPiece {
    /** Returns the number of tokens, which may be 0 for a piece of text alone. */
    int tokenCount();
}
