package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalInt;

/** What an engine's answer brings. */
public sealed interface AnswerEvent {
    /**
     * More tokens, none that only ends the answer.
     *
     * @param logprobs one for each token, or none at all
     * @param text what the engine says that they add; empty where it does not say
     */
    record Tokens(int[] ids, List<EngineLogprobs> logprobs, String text) implements AnswerEvent {
        Tokens(int[] ids, List<EngineLogprobs> logprobs) {
            this(ids, logprobs, "");
        }
    }

    /** More of the answer is there, and only the next event says what it is. */
    record Pending() implements AnswerEvent {}

    /** More text, from an engine that gives no ids. */
    record Text(String text) implements AnswerEvent {}

    /**
     * The engine counted.
     *
     * @param generatedTokens the one that ended the answer included
     * @param cachedTokens of the prompt, that it had in its cache
     */
    record Counted(int generatedTokens, OptionalInt cachedTokens) implements AnswerEvent {}

    /**
     * The answer ends.
     *
     * @param stop text that was met; empty for none
     */
    record Ended(Ending ending, String stop) implements AnswerEvent {}

    /** The engine fails in the middle of its stream: what else stands in a refusal's body under {@code error}. */
    record Failed(JsonNode error) implements AnswerEvent {}

    /** Why an answer ends. */
    enum Ending {
        /** At an end token of the model, or where a grammar was complete. */
        END_OF_TEXT,
        /** At a token or text of the request. */
        STOP,
        /** With as many tokens as were asked for, or as the context holds. */
        LENGTH
    }
}
