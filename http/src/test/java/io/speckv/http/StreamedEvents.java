package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** The events of a stream of server-sent events. */
final class StreamedEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StreamedEvents() {}

    /** Returns the data of the events that are JSON, in order. */
    static List<JsonNode> of(String body) {
        return Stream.of(body.split("\n\n", -1))
                .flatMap(event -> Stream.of(event.split("\n", -1)))
                .filter(line -> line.startsWith("data: {"))
                .map(line -> read(line.substring(6)))
                .toList();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
