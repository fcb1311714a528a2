package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Tests for values with which a field changes nothing. */
final class Neutral {
    private Neutral() {}

    static boolean never(JsonNode value) {
        return false;
    }

    /** Returns whether the value is an empty text or array, or an object that holds only null and empty values. */
    static boolean isEmpty(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue().isEmpty();
        }
        if (!value.isObject()) {
            return value.isArray() && value.isEmpty();
        }
        for (JsonNode field : value) {
            if (!field.isNull() && !isEmpty(field)) {
                return false;
            }
        }
        return true;
    }

    static boolean isEmptyText(JsonNode value) {
        return value.isTextual() && value.textValue().isEmpty();
    }

    static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.booleanValue();
    }

    static boolean isNumber(JsonNode value, double number) {
        return value.isNumber() && value.doubleValue() == number;
    }

    /** Returns whether the value is one of {@code texts}, or an array of only such texts. */
    static boolean isText(JsonNode value, String... texts) {
        if (value.isArray()) {
            for (JsonNode one : value) {
                if (!isText(one, texts)) {
                    return false;
                }
            }
            return true;
        }
        return value.isTextual() && List.of(texts).contains(value.textValue());
    }
}
