package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads llama.cpp's {@code /completion}. An end token comes like any other token, but without text, and only the next event
 * says that the answer has ended. So tokens without text are held until the next event.
 */
final class LlamaCppReader implements AnswerReader {
    private final int alternatives;
    private AnswerEvent.@Nullable Tokens waiting;
    private boolean toldCache;

    LlamaCppReader(int alternatives) {
        this.alternatives = alternatives;
    }

    @Override
    public List<AnswerEvent> read(JsonNode event) {
        if (event.hasNonNull("error")) {
            return List.of(new AnswerEvent.Failed(event.get("error")));
        }
        if (event.path("stop").asBoolean()) {
            return last(event);
        }
        int[] ids = CompletionEvents.ids(event.path("tokens"));
        // A progress event carries a token that is not part of the answer.
        if (ids.length == 0 || event.has("prompt_progress")) {
            return List.of();
        }
        List<AnswerEvent> events = new ArrayList<>();
        release(events);
        JsonNode cached = cached(event);
        if (cached.isInt() && !toldCache) {
            toldCache = true;
            events.add(new AnswerEvent.Cached(cached.intValue()));
        }
        String text = event.path("content").asText();
        AnswerEvent.Tokens tokens =
                new AnswerEvent.Tokens(ids, logprobs(event.path("completion_probabilities"), ids), text);
        if (text.isEmpty()) {
            waiting = tokens;
            events.add(new AnswerEvent.Pending());
        } else {
            events.add(tokens);
        }
        return events;
    }

    private List<AnswerEvent> last(JsonNode event) {
        List<AnswerEvent> events = new ArrayList<>();
        String type = event.path("stop_type").asText();
        if (!type.equals("eos")) {
            release(events);
        }
        JsonNode cached = cached(event);
        events.add(new AnswerEvent.Counted(
                event.path("tokens_predicted").asInt(),
                cached.isInt() ? OptionalInt.of(cached.intValue()) : OptionalInt.empty()));
        events.add(ended(type, event.path("stopping_word").asText()));
        return events;
    }

    private static JsonNode cached(JsonNode event) {
        return event.path("timings").path("cache_n");
    }

    private void release(List<AnswerEvent> events) {
        if (waiting != null) {
            events.add(waiting);
            waiting = null;
        }
    }

    private static AnswerEvent.Ended ended(String type, String word) {
        return switch (type) {
            case "limit" -> new AnswerEvent.Ended(AnswerEvent.Ending.LENGTH, "");
            case "eos" -> new AnswerEvent.Ended(AnswerEvent.Ending.END_OF_TEXT, "");
            case "word" -> new AnswerEvent.Ended(AnswerEvent.Ending.STOP, word);
            default -> throw new IllegalArgumentException("an answer ends for the reason '" + type + "'");
        };
    }

    private List<EngineLogprobs> logprobs(JsonNode probabilities, int[] ids) {
        if (probabilities.size() != ids.length) {
            return List.of();
        }
        List<EngineLogprobs> read = new ArrayList<>();
        for (JsonNode one : probabilities) {
            JsonNode top = one.path("top_logprobs");
            int count = Math.min(alternatives, top.size());
            int[] tokens = new int[count];
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                tokens[i] = top.get(i).path("id").asInt();
                values[i] = top.get(i).path("logprob").floatValue();
            }
            read.add(new EngineLogprobs(one.path("logprob").floatValue(), tokens, values));
        }
        return read;
    }
}
