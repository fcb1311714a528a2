package io.speckv.evals.jsonl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.text.ByteOrderMark;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a file of JSON objects.
 *
 * @param where file and line number, for messages
 * @param object in the line
 */
public record JsonLine(String where, JsonNode object) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    /** Reads values that are followed by others. */
    private static final ObjectMapper ELEMENTS = new ObjectMapper();

    private static final int SHOWN = 40;

    /**
     * Returns the lines of {@code file} in their order, at least one; blank lines are skipped.
     *
     * @throws IOException if the file cannot be read
     * @throws JsonLineException if a line is not one JSON object, or there is no line
     */
    public static List<JsonLine> read(Path file) throws IOException {
        List<JsonLine> objects = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = i == 0 ? ByteOrderMark.without(lines.get(i)) : lines.get(i);
            if (!line.isBlank()) {
                objects.add(line(file + ":" + (i + 1), line));
            }
        }
        if (objects.isEmpty()) {
            throw new JsonLineException(file + " is empty, must hold one JSON object a line", null);
        }
        return objects;
    }

    /**
     * Returns the first objects of a file that is one array of objects, at least one. The rest of the file is not read.
     *
     * @param most at least 1
     * @throws IOException if the file cannot be read
     * @throws JsonLineException if the file is not an array, or an element is not an object
     */
    public static List<JsonLine> readArray(Path file, int most) throws IOException {
        List<JsonLine> objects = new ArrayList<>();
        try (JsonParser parser = ELEMENTS.createParser(file.toFile())) {
            boolean array = parser.nextToken() == JsonToken.START_ARRAY;
            while (array && objects.size() < most && parser.nextToken() != JsonToken.END_ARRAY) {
                JsonNode node = ELEMENTS.readTree(parser);
                String where = file + "[" + objects.size() + "]";
                if (node == null || !node.isObject()) {
                    throw new JsonLineException(where + " must be one JSON object", null);
                }
                objects.add(new JsonLine(where, node));
            }
        } catch (JsonProcessingException e) {
            throw new JsonLineException(file + " is not JSON: " + e.getOriginalMessage(), e);
        }
        if (objects.isEmpty()) {
            throw new JsonLineException(file + " must be an array of at least one JSON object", null);
        }
        return objects;
    }

    private static List<String> lines(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new JsonLineException(file + " is a folder, must be a file of one JSON object a line", null);
        }
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new JsonLineException(file + " is not text in UTF-8", e);
        }
    }

    private static JsonLine line(String where, String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new JsonLineException(where + " is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!node.isObject()) {
            throw new JsonLineException(where + " is " + shown(node) + ", must be one JSON object", null);
        }
        return new JsonLine(where, node);
    }

    /**
     * Returns a text.
     *
     * @throws JsonLineException if the key has none
     */
    public String text(String key) {
        JsonNode text = object.path(key);
        if (!text.isTextual()) {
            throw wrong(key, "a text");
        }
        return text.textValue();
    }

    /**
     * Returns a list of texts, at least one; numbers in it count as texts.
     *
     * @throws JsonLineException if the key has none
     */
    public List<String> texts(String key) {
        JsonNode list = object.path(key);
        if (!list.isArray() || list.isEmpty()) {
            throw wrong(key, "a list of at least one text");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : list) {
            if (!text.isTextual() && !text.isNumber()) {
                throw wrong(key, "a list of texts");
            }
            texts.add(text.asText());
        }
        return texts;
    }

    /**
     * Returns a number.
     *
     * @throws JsonLineException if the key has none, or it is not a whole number of at least 0
     */
    public int wholeNumber(String key) {
        JsonNode number = object.path(key);
        if (!number.canConvertToInt() || !number.isIntegralNumber() || number.intValue() < 0) {
            throw wrong(key, "a whole number from 0 on");
        }
        return number.intValue();
    }

    /** Returns a failure that names this line and says {@code why}. */
    public JsonLineException wrong(String why) {
        return new JsonLineException(where + ": " + why, null);
    }

    private JsonLineException wrong(String key, String rule) {
        return wrong(
                object.hasNonNull(key)
                        ? "'" + key + "' is " + shown(object.get(key)) + ", must be " + rule
                        : "there is no '" + key + "', which must be " + rule);
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
