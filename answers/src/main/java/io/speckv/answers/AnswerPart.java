package io.speckv.answers;

/** A part of an answer, in the answer's order. Neighbouring texts of one kind belong together. */
public sealed interface AnswerPart {

    /** What is said to the user. */
    record Text(String text) implements AnswerPart {}

    /** What the model thought before it spoke. */
    record Reasoning(String text) implements AnswerPart {}

    /**
     * A whole and valid call of a tool.
     *
     * @param arguments the text of a JSON object, in the model's own characters
     */
    record Call(String tool, String arguments) implements AnswerPart {}
}
