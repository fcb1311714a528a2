package io.speckv.kit.settings;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** What a value of settings must be, in the words of those who write settings. */
final class WantedForm {
    private WantedForm() {}

    /** Returns what is wrong with a value that does not fit its type. */
    static String explain(JsonMappingException mismatch) {
        Class<?> type = mismatch instanceof MismatchedInputException wrong ? wrong.getTargetType() : null;
        return type == null ? mismatch.getOriginalMessage() : "must be " + of(type);
    }

    private static String of(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == double.class || type == Double.class || type == float.class || type == Float.class) {
            return "a number";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number";
        }
        if (type == Duration.class) {
            return "a whole number followed by ms, s, m or h, such as 30s";
        }
        if (type == ByteSize.class) {
            return "a size with its unit, such as 512KiB or 64MiB";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (Map.class.isAssignableFrom(type)) {
            return "a group of keys";
        }
        return Path.class.isAssignableFrom(type) || type == String.class ? "a text" : "a " + type.getSimpleName();
    }
}
