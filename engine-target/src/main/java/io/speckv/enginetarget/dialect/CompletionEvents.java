package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The common part of reading streamed {@code /v1/completions}. */
final class CompletionEvents {
    private CompletionEvents() {}

    /** Returns the failure in an event or the final counts; empty if there is neither. */
    static List<AnswerEvent> besidesChoices(JsonNode event) {
        List<AnswerEvent> events = new ArrayList<>();
        if (event.hasNonNull("error")) {
            events.add(new AnswerEvent.Failed(event.get("error")));
        }
        JsonNode usage = event.path("usage");
        // If every event has usage, only the last one has no choice.
        if (usage.isObject() && event.path("choices").isEmpty()) {
            events.add(new AnswerEvent.Counted(usage.path("completion_tokens").asInt(), cached(usage)));
        }
        return events;
    }

    private static OptionalInt cached(JsonNode usage) {
        JsonNode cached = usage.path("prompt_tokens_details").path("cached_tokens");
        return cached.isInt() ? OptionalInt.of(cached.intValue()) : OptionalInt.empty();
    }

    /**
     * Returns why a choice ends.
     *
     * @param stopTokens of the request; any other token that ends it is the model's own
     * @throws IllegalArgumentException if the reason is unknown
     */
    static AnswerEvent.Ended ended(JsonNode choice, List<Integer> stopTokens) {
        String reason = choice.path("finish_reason").asText();
        JsonNode stop = choice.path("stop_reason");
        return switch (reason) {
            case "length" -> new AnswerEvent.Ended(AnswerEvent.Ending.LENGTH, "");
            case "stop" -> stopped(stop, stopTokens);
            default -> throw new IllegalArgumentException("an answer ends for the reason '" + reason + "'");
        };
    }

    /** Returns the end at a stop text, a stop token of the request, or an end token of the model. */
    static AnswerEvent.Ended stopped(JsonNode at, List<Integer> stopTokens) {
        if (at.isTextual()) {
            return new AnswerEvent.Ended(AnswerEvent.Ending.STOP, at.textValue());
        }
        boolean ofRequest = at.isInt() && stopTokens.contains(at.intValue());
        return new AnswerEvent.Ended(ofRequest ? AnswerEvent.Ending.STOP : AnswerEvent.Ending.END_OF_TEXT, "");
    }

    /** Returns how many ids remain without a final end token of the model. Stop tokens of the request are found later. */
    static int withoutEnd(int[] ids, List<Integer> stopTokens) {
        boolean ofRequest = ids.length > 0 && stopTokens.contains(ids[ids.length - 1]);
        return ofRequest || ids.length == 0 ? ids.length : ids.length - 1;
    }

    /** Returns the ids of a choice. */
    static int[] ids(JsonNode ids) {
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            if (!ids.get(i).isInt()) {
                throw new IllegalArgumentException("a token id is " + ids.get(i));
            }
            tokens[i] = ids.get(i).intValue();
        }
        return tokens;
    }
}
