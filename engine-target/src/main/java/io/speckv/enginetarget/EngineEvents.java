package io.speckv.enginetarget;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.enginetarget.dialect.AnswerEvent;
import io.speckv.enginetarget.dialect.AnswerReader;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.TextException;
import java.util.List;

/** Reads the events of one answer into tokens. Fails if an event is not of the engine's kind. */
final class EngineEvents {
    /** Last event of engines with OpenAI's API. */
    private static final String DONE = "[DONE]";

    private final AnswerReader reader;
    private final AnswerTokens tokens;

    EngineEvents(AnswerReader reader, AnswerTokens tokens) {
        this.reader = reader;
        this.tokens = tokens;
    }

    /**
     * Reads events in order, up to the first one in which the engine reports a failure.
     *
     * @param data of each event: JSON, or the end mark
     * @throws RequestException with TARGET_LOST if an event is not what this kind of engine sends
     */
    HeardEvents read(List<String> data) {
        boolean anything = false;
        boolean done = false;
        for (String text : data) {
            if (text.equals(DONE)) {
                done = true;
                continue;
            }
            boolean goesOn = !tokens.isEnded();
            List<AnswerEvent> events = events(text);
            anything |= goesOn && events.stream().anyMatch(EngineEvents::isOfTheAnswer);
            for (AnswerEvent event : events) {
                if (event instanceof AnswerEvent.Failed failed && !tokens.isEnded()) {
                    return new HeardEvents(anything, done, EngineRefusals.of(failed.error(), tokens.size()));
                }
            }
        }
        return new HeardEvents(anything, done, null);
    }

    private static boolean isOfTheAnswer(AnswerEvent event) {
        return !(event instanceof AnswerEvent.Counted || event instanceof AnswerEvent.Cached);
    }

    private List<AnswerEvent> events(String text) {
        JsonNode event = EngineReply.json(text);
        if (!event.isObject()) {
            throw EngineRefusals.lost("the engine sent an event that is no JSON object", tokens.size());
        }
        try {
            List<AnswerEvent> events = reader.read(event);
            tokens.accept(events);
            return events;
        } catch (IllegalArgumentException | TextException e) {
            throw EngineRefusals.lost("the engine sent what its kind does not: " + e.getMessage(), tokens.size());
        }
    }
}
