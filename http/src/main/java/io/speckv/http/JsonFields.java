package io.speckv.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;

/**
 * The fields of one JSON object, read strictly: a value of another type is an error that names the field, and nothing
 * is converted. A field that is absent or null is not there.
 */
final class JsonFields {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ObjectNode object;
    private final String path;

    private JsonFields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /** Returns the fields of a request's body. */
    static JsonFields parse(byte[] body) {
        try {
            if (JSON.readTree(body) instanceof ObjectNode object) {
                return new JsonFields(object, "");
            }
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line %d, column %d"
                            .formatted(
                                    e.getLocation().getLineNr(), e.getLocation().getColumnNr());
            throw invalidJson("the body is not valid JSON" + where);
        } catch (IOException e) {
            throw invalidJson("the body cannot be read: it must be JSON in UTF-8");
        }
        throw invalidJson("the body must be a JSON object");
    }

    private static ApiError.RefusedException invalidJson(String message) {
        return ApiError.request(400, "invalid_json", message).asException();
    }

    /** Returns the path of a field from the request's root, such as {@code messages[0].role}. */
    String name(String field) {
        return path + field;
    }

    ApiError.RefusedException invalid(String field, String rule) {
        return ApiError.field(name(field), rule).asException();
    }

    Optional<JsonNode> get(String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    boolean has(String field) {
        return get(field).isPresent();
    }

    Iterable<String> names() {
        return object::fieldNames;
    }

    private Optional<JsonNode> get(String field, boolean matches, String type) {
        Optional<JsonNode> value = get(field);
        if (value.isPresent() && !matches) {
            throw invalid(field, "must be " + type + ", not " + typeOf(value.get()));
        }
        return value;
    }

    private JsonNode raw(String field) {
        return object.path(field);
    }

    Optional<String> text(String field) {
        return get(field, raw(field).isTextual(), "a string").map(JsonNode::textValue);
    }

    void ifText(String field, Consumer<String> use) {
        text(field).ifPresent(use);
    }

    boolean flag(String field) {
        return get(field, raw(field).isBoolean(), "true or false")
                .map(JsonNode::booleanValue)
                .orElse(false);
    }

    void ifFlag(String field, Consumer<Boolean> use) {
        get(field, raw(field).isBoolean(), "true or false")
                .map(JsonNode::booleanValue)
                .ifPresent(use);
    }

    void ifNumber(String field, DoubleConsumer use) {
        get(field, raw(field).isNumber(), "a number").ifPresent(value -> use.accept(value.doubleValue()));
    }

    /** Reads a whole number from {@code least} to {@code most}. */
    void ifInteger(String field, long least, long most, LongConsumer use) {
        get(field, raw(field).isIntegralNumber(), "a whole number").ifPresent(value -> {
            if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
                throw invalid(field, "is " + value + ", must be " + least + " to " + most);
            }
            use.accept(value.longValue());
        });
    }

    Optional<JsonFields> object(String field) {
        return get(field, raw(field).isObject(), "an object")
                .map(value -> new JsonFields((ObjectNode) value, name(field) + "."));
    }

    /** Returns the elements of an array, none if the field is not there. */
    List<JsonNode> array(String field) {
        List<JsonNode> elements = new ArrayList<>();
        get(field, raw(field).isArray(), "an array").ifPresent(value -> value.forEach(elements::add));
        return elements;
    }

    /** Returns the objects of an array. */
    List<JsonFields> objects(String field) {
        List<JsonNode> elements = array(field);
        List<JsonFields> objects = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            String element = field + "[" + i + "]";
            if (!(elements.get(i) instanceof ObjectNode one)) {
                throw invalid(element, "must be an object, not " + typeOf(elements.get(i)));
            }
            objects.add(new JsonFields(one, name(element) + "."));
        }
        return objects;
    }

    static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> value.isIntegralNumber() ? "a whole number" : "a number with a fraction";
            case BOOLEAN -> "true or false";
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }
}
