package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Reads the events of one answer in order. Thread-confined. */
@FunctionalInterface
public interface AnswerReader {
    /**
     * Returns what an event says; empty if it says nothing of use.
     *
     * @throws IllegalArgumentException if this kind of engine does not send such events
     */
    List<AnswerEvent> read(JsonNode event);
}
