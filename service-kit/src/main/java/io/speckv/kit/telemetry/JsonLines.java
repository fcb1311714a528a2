package io.speckv.kit.telemetry;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line for each event, as logback writes it, but with the event's keys and values as one object
 * {@code attributes}. Logback's own {@code kvpList}, an array of objects of one key each, can hardly be queried.
 */
final class JsonLines extends JsonEncoder {
    private static final ObjectMapper JSON = new ObjectMapper();

    JsonLines() {
        setWithSequenceNumber(false);
        setWithContext(false);
        setWithMessage(false);
        setWithArguments(false);
        setWithKVPList(false);
        setWithFormattedMessage(true);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        byte[] line = super.encode(event);
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs == null || pairs.isEmpty()) {
            return line;
        }
        try {
            ObjectNode object = (ObjectNode) JSON.readTree(line);
            ObjectNode attributes = object.putObject("attributes");
            pairs.forEach(pair -> attributes.set(pair.key, value(pair.value)));
            return (object + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            return line; // a line without its attributes is better than none
        }
    }

    /** Returns numbers, truth values and lists as they are in JSON, and everything else as text. */
    private static JsonNode value(@Nullable Object value) {
        if (value instanceof Number || value instanceof Boolean || value == null) {
            return JSON.valueToTree(value);
        }
        if (value instanceof Collection<?> list) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> array.add(value(element)));
            return array;
        }
        return JsonNodeFactory.instance.textNode(value.toString());
    }
}
