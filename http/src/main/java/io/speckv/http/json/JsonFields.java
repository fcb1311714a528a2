package io.speckv.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * The fields of one JSON object, read strictly. A value of the wrong type is an error that names the field; nothing is
 * converted. A null field counts as absent.
 */
public final class JsonFields {
    private final ObjectNode object;
    private final String path;

    private JsonFields(ObjectNode object, String path) {
        this.object = object;
        this.path = path;
    }

    /**
     * Returns the fields of a request's body.
     *
     * @throws ApiError.RefusedException if it is not a JSON object in UTF-8
     */
    public static JsonFields parse(byte[] body) {
        return new JsonFields(JsonBody.parse(body), "");
    }

    /** Returns the fields of a body that is already parsed. */
    public static JsonFields of(ObjectNode body) {
        return new JsonFields(body, "");
    }

    /** Returns the value of JSON text that this process wrote itself. */
    public static JsonNode value(String json) {
        return JsonBody.value(json);
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

    /** Returns whether a flag is true or absent; for flags whose default is true. */
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
        return get(field, raw(field).isTextual(), "a string").map(JsonNode::textValue);
    }

    /**
     * Returns the text of a field whose other possible types the caller has already handled.
     *
     * @param types all types that the field may have, such as "a string or an array"
     */
    public String requireText(String field, String types) {
        if (!has(field)) {
            throw invalid(field, "is missing: must be " + types);
        }
        get(field, raw(field).isTextual(), types);
        return text(field).orElseThrow();
    }

    /**
     * Checks that the object has no unknown fields.
     *
     * @param known the fields
     * @param hint what to do about a field that belongs elsewhere; empty for one that is not known at all
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
        get(field, isWhole(raw(field)), "a whole number").ifPresent(value -> {
            OptionalLong number = wholeNumber(value);
            if (number.isEmpty() || number.getAsLong() < least || number.getAsLong() > most) {
                throw invalid(field, "is " + value + ", must be " + range(number, least, most));
            }
            use.accept(number.getAsLong());
        });
    }

    /** Returns the range in words; the largest int is no bound that anybody set. */
    private static String range(OptionalLong number, long least, long most) {
        boolean tooSmall = number.isPresent() && number.getAsLong() < least;
        return tooSmall && most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
    }

    /** Returns whether the number is whole. As in JSON Schema, {@code 4.0} and {@code 1e1} are whole, too. */
    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isNumber()
                        && Double.isFinite(value.doubleValue())
                        && value.doubleValue() == Math.rint(value.doubleValue()));
    }

    /** Returns a whole number; empty if the value is not one or needs more than 64 bits. */
    public static OptionalLong wholeNumber(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
        }
        return isWhole(value) && Math.abs(value.doubleValue()) < 0x1p63
                ? OptionalLong.of((long) value.doubleValue())
                : OptionalLong.empty();
    }

    public Optional<JsonFields> object(String field) {
        return get(field, raw(field).isObject(), "an object")
                .map(value -> new JsonFields((ObjectNode) value, name(field) + "."));
    }

    /** Returns the elements of an array; empty if the field is absent. */
    public List<JsonNode> array(String field) {
        List<JsonNode> elements = new ArrayList<>();
        get(field, raw(field).isArray(), "an array").ifPresent(value -> value.forEach(elements::add));
        return elements;
    }

    /** Returns the texts of an array; empty if the field is absent. */
    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(field)) {
            String place = field + "[" + texts.size() + "]";
            if (!element.isTextual()) {
                throw invalid(place, "must be a string, not " + typeOf(element));
            }
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
            case NUMBER -> isWhole(value) ? "a whole number" : "a number with a fraction";
            case BOOLEAN -> "true or false";
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
        };
    }
}
