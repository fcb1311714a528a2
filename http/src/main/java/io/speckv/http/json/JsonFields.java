package io.speckv.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
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
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fields of one JSON object, read strictly: a value of another type is an error that names the field, and nothing
 * is converted. A field that is absent or null is not there.
 */
public final class JsonFields {
    /** Deeper bodies are refused; every field of ours lies within a few levels. */
    static final int DEPTH_MOST = 64;

    private static final Pattern DOUBLED = Pattern.compile("Duplicate field '(.*)'");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MOST)
                            // The body's size is bounded already.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
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
    public static JsonFields parse(byte[] body) {
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
            throw invalidJson(fault(e) + where);
        } catch (IOException e) {
            throw invalidJson("the body cannot be read: it must be JSON in UTF-8");
        }
        throw invalidJson("the body must be a JSON object");
    }

    /** Returns the fields of {@code object}, which stands at {@code path}: the root's is empty, others end with a dot. */
    static JsonFields of(ObjectNode object, String path) {
        return new JsonFields(object, path);
    }

    /** Returns the value of a JSON text that this process wrote itself. */
    public static JsonNode value(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
    }

    /** The parser's own words name its classes. */
    private static String fault(JsonProcessingException e) {
        String own = String.valueOf(e.getOriginalMessage());
        Matcher doubled = DOUBLED.matcher(own);
        if (doubled.find()) {
            return "the body has the key '" + doubled.group(1) + "' twice";
        }
        if (e instanceof StreamConstraintsException && own.contains("nesting depth")) {
            return "the body nests objects and arrays deeper than " + DEPTH_MOST + " levels";
        }
        if (e instanceof StreamConstraintsException) {
            return "the body has a number or a key that is too long";
        }
        return "the body is not valid JSON";
    }

    private static ApiError.RefusedException invalidJson(String message) {
        return ApiError.request(400, "invalid_json", message).asException();
    }

    /** Returns the path of this object from the request's root, such as {@code messages[0]}; empty for the root. */
    public String own() {
        return path.isEmpty() ? path : path.substring(0, path.length() - 1);
    }

    /** Returns the path of a field from the request's root, such as {@code messages[0].role}. */
    public String name(String field) {
        return path + field;
    }

    public ApiError.RefusedException invalid(String field, String rule) {
        return ApiError.field(name(field), rule).asException();
    }

    public Optional<JsonNode> get(String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    public boolean has(String field) {
        return get(field).isPresent();
    }

    /** Returns the object as it was given. */
    public ObjectNode node() {
        return object;
    }

    /** Returns whether a flag is not set to false: for those that are true where they are absent. */
    public boolean isNotFalse(String field) {
        return get(field, raw(field).isBoolean(), "true or false")
                .map(JsonNode::booleanValue)
                .orElse(true);
    }

    public Iterable<String> names() {
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

    public Optional<String> text(String field) {
        Optional<String> text = get(field, raw(field).isTextual(), "a string").map(JsonNode::textValue);
        text.ifPresent(value -> requireUnicode(field, value));
        return text;
    }

    /**
     * Returns the text of a field that may have other types as well, which the caller has read by now.
     *
     * @param types all that it may have, such as "a string or an array"
     */
    public String requireText(String field, String types) {
        if (!has(field)) {
            throw invalid(field, "is missing: must be " + types);
        }
        get(field, raw(field).isTextual(), types);
        return text(field).orElseThrow();
    }

    private void requireUnicode(String field, String text) {
        int half = UnpairedSurrogate.in(text);
        if (half >= 0) {
            throw invalid(field, "has half of a surrogate pair at character " + half + ": it is not valid Unicode");
        }
    }

    /**
     * Checks that nothing but the known fields is there.
     *
     * @param known the fields
     * @param hint what to do with a field of another place, or nothing for one that is not known at all
     */
    public void requireKnown(List<String> known, Function<String, Optional<String>> hint) {
        for (String name : names()) {
            if (!known.contains(name)) {
                throw invalid(name, "is not known" + hint.apply(name).orElse(", must be one of " + known));
            }
        }
    }

    public void ifText(String field, Consumer<String> use) {
        text(field).ifPresent(use);
    }

    public boolean flag(String field) {
        return get(field, raw(field).isBoolean(), "true or false")
                .map(JsonNode::booleanValue)
                .orElse(false);
    }

    public void ifFlag(String field, Consumer<Boolean> use) {
        get(field, raw(field).isBoolean(), "true or false")
                .map(JsonNode::booleanValue)
                .ifPresent(use);
    }

    public void ifNumber(String field, DoubleConsumer use) {
        get(field, raw(field).isNumber(), "a number").ifPresent(value -> use.accept(value.doubleValue()));
    }

    /** Reads a whole number from {@code least} to {@code most}. */
    public void ifInteger(String field, long least, long most, LongConsumer use) {
        get(field, raw(field).isIntegralNumber(), "a whole number").ifPresent(value -> {
            if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
                throw invalid(field, "is " + value + ", must be " + least + " to " + most);
            }
            use.accept(value.longValue());
        });
    }

    public Optional<JsonFields> object(String field) {
        return get(field, raw(field).isObject(), "an object")
                .map(value -> new JsonFields((ObjectNode) value, name(field) + "."));
    }

    /** Returns the elements of an array, none if the field is not there. */
    public List<JsonNode> array(String field) {
        List<JsonNode> elements = new ArrayList<>();
        get(field, raw(field).isArray(), "an array").ifPresent(value -> value.forEach(elements::add));
        return elements;
    }

    /** Returns the texts of an array, none if the field is not there. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(field)) {
            String place = field + "[" + texts.size() + "]";
            if (!element.isTextual()) {
                throw invalid(place, "must be a string, not " + typeOf(element));
            }
            requireUnicode(place, element.textValue());
            texts.add(element.textValue());
        }
        return texts;
    }

    /** Returns the objects of an array. */
    public List<JsonFields> objects(String field) {
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

    public static String typeOf(JsonNode value) {
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
