package io.speckv.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Finds half surrogate pairs, which JSON can write but Unicode does not allow. */
final class UnpairedSurrogate {
    private UnpairedSurrogate() {}

    /**
     * Checks all texts of a body, at any depth. Keys need no check, since the parser refuses them.
     *
     * @throws ApiError.RefusedException naming the field
     */
    static void requireNone(JsonNode body) {
        if (isIn(body)) {
            requireNone("", body);
        }
    }

    /** Searches without building field names, since most bodies have no such text. */
    private static boolean isIn(JsonNode value) {
        if (value.isTextual()) {
            return in(value.textValue()) >= 0;
        }
        for (JsonNode element : value) {
            if ((element.isContainerNode() || element.isTextual()) && isIn(element)) {
                return true;
            }
        }
        return false;
    }

    private static void requireNone(String path, JsonNode value) {
        if (value.isTextual()) {
            int half = in(value.textValue());
            if (half >= 0) {
                throw ApiError.field(
                                path, "has half of a surrogate pair at character " + half + ": it is not valid Unicode")
                        .asException();
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                requireNone(path + "[" + i + "]", value.get(i));
            }
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                requireNone(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue());
            }
        }
    }

    /** Returns the index of the first one, or -1. */
    private static int in(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                if (Character.isLowSurrogate(text.charAt(at))
                        || at + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(at + 1))) {
                    return at;
                }
                at++;
            }
        }
        return -1;
    }
}
