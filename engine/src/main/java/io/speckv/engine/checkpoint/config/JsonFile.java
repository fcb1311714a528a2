package io.speckv.engine.checkpoint.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A JSON object of a checkpoint folder. Errors in reading its values name file and key. */
public final class JsonFile {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final String prefix;
    private final JsonNode object;

    private JsonFile(Path file, String prefix, JsonNode object) {
        this.file = file;
        this.prefix = prefix;
        this.object = object;
    }

    public static JsonFile read(Path file) {
        try {
            return parse(file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw CheckpointException.ofFile(file, "a JSON file", "no such file", e);
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "a readable file", e.toString(), e);
        }
    }

    /** Returns the object whose text is {@code bytes}, a part of {@code file}. */
    public static JsonFile parse(Path file, byte[] bytes) {
        return parse(file, null, bytes);
    }

    /** As {@link #parse}, for the bytes of a tensor of {@code file}. Failures name the tensor. */
    public static JsonFile ofTensor(Path file, String tensor, byte[] bytes) {
        return parse(file, tensor, bytes);
    }

    private static JsonFile parse(Path file, @Nullable String tensor, byte[] bytes) {
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (!node.isObject()) {
                throw failure(file, tensor, "a JSON object", node.getNodeType().toString(), null);
            }
            return new JsonFile(file, tensor == null ? "" : tensor + ".", node);
        } catch (JsonProcessingException e) {
            throw failure(file, tensor, "well-formed JSON without duplicate keys", e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw failure(file, tensor, "readable JSON", e.toString(), e);
        }
    }

    private static CheckpointException failure(
            Path file, @Nullable String tensor, String expected, String found, @Nullable Throwable cause) {
        return tensor == null
                ? CheckpointException.ofFile(file, expected, found, cause)
                : CheckpointException.ofTensor(file, tensor, expected, found, cause);
    }

    public Path file() {
        return file;
    }

    /** Returns this object with the keys of {@code others} that it lacks. A key with the value null is not lacking. */
    JsonFile over(JsonFile others) {
        ObjectNode joined = others.object.deepCopy();
        joined.setAll(object.<ObjectNode>deepCopy());
        return new JsonFile(file, prefix, joined);
    }

    /** Returns this object with one more text. */
    JsonFile with(String key, String text) {
        return new JsonFile(file, prefix, object.<ObjectNode>deepCopy().put(key, text));
    }

    public Iterable<String> keys() {
        return object::fieldNames;
    }

    public boolean has(String key) {
        return value(key) != null;
    }

    public int requireInt(String key) {
        return intOf(key, require(key, "an integer"));
    }

    /**
     * Returns the number of layers. It is bounded because each layer takes memory, and an absurd number would take all of
     * it.
     */
    int requireLayers() {
        int layers = requireInt("num_hidden_layers");
        if (layers < 1 || layers > ModelShape.LAYERS_MOST) {
            throw CheckpointException.ofKey(
                    file, prefix + "num_hidden_layers", "1 to " + ModelShape.LAYERS_MOST, Integer.toString(layers));
        }
        return layers;
    }

    int intOr(String key, int fallback) {
        JsonNode value = value(key);
        return value == null ? fallback : intOf(key, value);
    }

    public double requireDouble(String key) {
        return doubleOf(key, require(key, "a number"));
    }

    double doubleOr(String key, double fallback) {
        JsonNode value = value(key);
        return value == null ? fallback : doubleOf(key, value);
    }

    public boolean isTrue(String key) {
        JsonNode value = value(key);
        if (value != null && !value.isBoolean()) {
            throw unexpected(key, "true or false", value);
        }
        return value != null && value.booleanValue();
    }

    public boolean flagOr(String key, boolean fallback) {
        return has(key) ? isTrue(key) : fallback;
    }

    public String requireText(String key) {
        JsonNode value = require(key, "a string");
        if (!value.isTextual()) {
            throw unexpected(key, "a string", value);
        }
        return value.textValue();
    }

    /** Returns the element of {@code choices} that a string names. */
    public <T> T requireOneOf(String key, T[] choices, Function<T, String> name) {
        String text = requireText(key);
        return Arrays.stream(choices)
                .filter(choice -> name.apply(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> unexpected(
                        key, Arrays.stream(choices).map(name).collect(Collectors.joining(", ", "one of ", ""))));
    }

    public JsonFile requireObject(String key) {
        return object(key).orElseThrow(() -> CheckpointException.ofKey(file, prefix + key, "an object", "nothing"));
    }

    public Optional<JsonFile> object(String key) {
        JsonNode value = value(key);
        if (value != null && !value.isObject()) {
            throw unexpected(key, "an object", value);
        }
        return Optional.ofNullable(value).map(found -> new JsonFile(file, prefix + key + ".", found));
    }

    /** Returns a list of integers; a single integer is a list of one, an absent key an empty list. */
    public long[] integers(String key) {
        JsonNode value = value(key);
        if (value == null) {
            return new long[0];
        }
        if (!value.isArray()) {
            return new long[] {longOf(key, value)};
        }
        long[] integers = new long[value.size()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = longOf(key, value.get(i));
        }
        return integers;
    }

    /** Returns a list of numbers, which must exist. */
    List<Double> doubles(String key) {
        JsonNode value = require(key, "a list of numbers");
        if (!value.isArray()) {
            throw unexpected(key, "a list of numbers", value);
        }
        List<Double> numbers = new ArrayList<>();
        value.forEach(element -> numbers.add(doubleOf(key, element)));
        return numbers;
    }

    /** Returns a list of strings; an absent key is an empty list. */
    public List<String> texts(String key) {
        JsonNode value = value(key);
        List<String> texts = new ArrayList<>();
        if (value != null) {
            if (!value.isArray()) {
                throw unexpected(key, "a list of strings", value);
            }
            value.forEach(element -> texts.add(element.asText()));
        }
        return texts;
    }

    public CheckpointException unexpected(String key, String expected) {
        JsonNode value = object.get(key);
        return CheckpointException.ofKey(file, prefix + key, expected, value == null ? "nothing" : value.toString());
    }

    private CheckpointException unexpected(String key, String expected, JsonNode found) {
        return CheckpointException.ofKey(file, prefix + key, expected, found.toString());
    }

    private int intOf(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw unexpected(key, "an integer below 2^31", value);
        }
        return value.intValue();
    }

    private long longOf(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw unexpected(key, "integers from 0 to 2^63 - 1", value);
        }
        return value.longValue();
    }

    private double doubleOf(String key, JsonNode value) {
        if (!value.isNumber()) {
            throw unexpected(key, "a number", value);
        }
        return value.doubleValue();
    }

    private JsonNode require(String key, String expected) {
        JsonNode value = value(key);
        if (value == null) {
            throw CheckpointException.ofKey(file, prefix + key, expected, "nothing");
        }
        return value;
    }

    private @Nullable JsonNode value(String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value;
    }
}
