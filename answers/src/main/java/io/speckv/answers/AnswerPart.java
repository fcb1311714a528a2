package io.speckv.answers;

/** A part of an answer, in the answer's order. Neighbouring texts of one kind belong together. */
public sealed interface AnswerPart {

    /** Text for the user. */
    record Text(String text) implements AnswerPart {}

    /** The model's reasoning. */
    record Reasoning(String text) implements AnswerPart {}

    /**
     * A complete and valid call of a tool.
     *
     * @param arguments the text of a JSON object, in the model's own characters
     */
    record Call(String tool, String arguments) implements AnswerPart {}

    /** A call of a declared tool begins. Its arguments and its end follow as they come. */
    record CallBegun(String tool) implements AnswerPart {}

    /**
     * More arguments of the open call.
     *
     * @param text in the model's own characters; all texts together are a JSON object, or its beginning if the call is not
     *     valid
     */
    record Arguments(String text) implements AnswerPart {}

    /**
     * The open call ends.
     *
     * @param whole whether the call is valid; if not, text goes on after its arguments
     */
    record CallEnded(boolean whole) implements AnswerPart {}
}
