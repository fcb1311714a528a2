package io.speckv.kit.settings;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a value of settings must be, in the words of those who write settings. */
final class WantedForm {
    private WantedForm() {}

    /** Returns what is wrong with a value that does not fit its type. */
    static String explain(JsonMappingException mismatch, ObjectMapper mapper) {
        if (mismatch.getCause() instanceof InputCoercionException tooLarge) {
            return "must be " + inRange(tooLarge.getTargetType());
        }
        Class<?> type = mismatch instanceof MismatchedInputException wrong ? wrong.getTargetType() : null;
        return type == null ? mismatch.getOriginalMessage() : "must be " + of(type, mapper);
    }

    /** Returns what a whole number with too many digits must be. */
    private static String inRange(Class<?> type) {
        boolean large = type == long.class || type == Long.class;
        return "a whole number from %d to %d"
                .formatted(large ? Long.MIN_VALUE : Integer.MIN_VALUE, large ? Long.MAX_VALUE : Integer.MAX_VALUE);
    }

    private static String of(Class<?> type, ObjectMapper mapper) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .flatMap(constant -> spelling(String.valueOf(constant), type, mapper).stream())
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
            return DurationText.WANTED;
        }
        if (type == ByteSize.class) {
            return "a size with its unit, such as 512KiB or 64MiB";
        }
        if (type == URI.class) {
            return "a URL, such as http://localhost:8000";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        // Every other type is read from a text: paths, names of devices and the like.
        return Map.class.isAssignableFrom(type) || type.isRecord() ? "a group of keys" : "a text";
    }

    /** Returns how settings write a constant: some types read names in small letters alone. */
    private static Optional<String> spelling(String name, Class<?> type, ObjectMapper mapper) {
        String small = name.toLowerCase(Locale.ROOT);
        return Stream.of(name, small.replace('_', '-'), small)
                .filter(written -> isRead(written, type, mapper))
                .findFirst();
    }

    private static boolean isRead(String written, Class<?> type, ObjectMapper mapper) {
        try {
            var unused = mapper.convertValue(written, type);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
