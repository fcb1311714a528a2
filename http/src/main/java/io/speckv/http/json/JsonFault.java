package io.speckv.http.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says briefly why a text is not JSON, from the parser's message. */
final class JsonFault {
    /** Parts of the parser's message and what they mean; the first that matches counts. */
    private static final Map<String, String> REASONS = new LinkedHashMap<>();

    static {
        REASONS.put(
                "Illegal unquoted character", "a line break or another control character stands in a string as it is");
        REASONS.put("'NaN'", "NaN is no value of JSON");
        REASONS.put("Infinity'", "Infinity is no value of JSON");
        REASONS.put("Unexpected character ('/'", "comments are no JSON");
        REASONS.put("Unexpected character (''' (code 39))", "strings and keys stand in double quotes");
        REASONS.put("Unrecognized character escape", "a string has an escape that JSON does not know");
        REASONS.put("hex-digit", "a string has \\u without four hexadecimal digits");
        REASONS.put("Broken surrogate pair", "a key has half of a surrogate pair");
        REASONS.put("Leading zero", "a number begins with 0");
        REASONS.put("numeric value", "a number is not written as JSON writes them");
        REASONS.put("Decimal point", "a number is not written as JSON writes them");
        REASONS.put("Trailing token", "something follows its end");
        REASONS.put("double-quote to start field name", "a key does not stand in double quotes");
        REASONS.put("colon to separate", "a colon is missing after a key");
        REASONS.put("comma to separate", "a comma is missing between two entries");
        REASONS.put("Unrecognized token", "a word is no value: strings stand in double quotes");
        REASONS.put("expected a valid value", "a value is missing");
    }

    private JsonFault() {}

    /** Returns the reason; empty if it is not known. */
    static String reason(JsonProcessingException e, byte[] body) {
        if (e instanceof JsonEOFException) {
            return "it ends early";
        }
        if (followsComma(e, body)) {
            return "a comma stands before the end of an object or array";
        }
        String own = String.valueOf(e.getOriginalMessage());
        return REASONS.entrySet().stream()
                .filter(reason -> own.contains(reason.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /** Returns whether a bracket closes right after a comma. */
    private static boolean followsComma(JsonProcessingException e, byte[] body) {
        String own = String.valueOf(e.getOriginalMessage());
        if (e.getLocation() == null
                || !(own.startsWith("Unexpected character ('}'") || own.startsWith("Unexpected character (']'"))) {
            return false;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        // The reported position is just before the bracket or just behind it.
        int bracket = (int) Math.min(e.getLocation().getCharOffset(), text.length() - 1L);
        while (bracket > 0 && text.charAt(bracket) != '}' && text.charAt(bracket) != ']') {
            bracket--;
        }
        return text.substring(0, Math.max(0, bracket)).stripTrailing().endsWith(",");
    }
}
