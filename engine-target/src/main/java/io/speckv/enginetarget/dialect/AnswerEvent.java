package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalInt;

/** A part of an engine's answer. */
public sealed interface AnswerEvent {
    /**
     * More tokens, without a token that only ends the answer.
     *
     * @param logprobs one for each token, or none at all
     * @param text that they add, as the engine gives it; empty if it gives none
     */
    record Tokens(int[] ids, List<EngineLogprobs> logprobs, String text) implements AnswerEvent {
        Tokens(int[] ids, List<EngineLogprobs> logprobs) {
            this(ids, logprobs, "");
        }
    }

    /** The answer has grown, but only the next event says by what. */
    record Pending() implements AnswerEvent {}

    /** More text, from an engine that gives no ids. */
    record Text(String text) implements AnswerEvent {}

    /**
     * The engine's token counts.
     *
     * @param generatedTokens including the token that ended the answer
     * @param cachedTokens prompt tokens that were in the engine's cache
     */
    record Counted(int generatedTokens, OptionalInt cachedTokens) implements AnswerEvent {}

    /** Prompt tokens that were in the engine's cache, told before the counts, which do not come if the answer is ended here. */
    record Cached(int tokens) implements AnswerEvent {}

    /**
     * The answer ends.
     *
     * @param stop text that ended it; empty for none
     */
    record Ended(Ending ending, String stop) implements AnswerEvent {}

    /** The engine failed in the middle of its stream. {@code error} has the form of {@code error} in a refusal's body. */
    record Failed(JsonNode error) implements AnswerEvent {}

    /** Why an answer ends. */
    enum Ending {
        /** The model produced an end token, or a grammar was complete. */
        END_OF_TEXT,
        /** A stop token or stop text of the request came. */
        STOP,
        /** The answer reached the requested length, or the end of the context. */
        LENGTH
    }
}
