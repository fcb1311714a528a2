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

    /** A call of a declared tool begins, whose arguments leave as they come; they follow, and what follows is its end. */
    record CallBegun(String tool) implements AnswerPart {}

    /**
     * More of the arguments of the call that has begun.
     *
     * @param text in the model's own characters; all of it together is a JSON object, or as much of one as there is
     */
    record Arguments(String text) implements AnswerPart {}

    /**
     * The call that has begun ends.
     *
     * @param whole whether it is a valid call; what followed the arguments of one that is not is text
     */
    record CallEnded(boolean whole) implements AnswerPart {}
}
