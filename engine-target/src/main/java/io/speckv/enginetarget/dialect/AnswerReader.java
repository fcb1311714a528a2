package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Reads the events of one answer in their order. Thread-confined. */
@FunctionalInterface
public interface AnswerReader {
    /**
     * Returns what an event says; nothing where it says nothing of use.
     *
     * @throws IllegalArgumentException if it is not what this kind of engine sends
     */
    List<AnswerEvent> read(JsonNode event);
}
