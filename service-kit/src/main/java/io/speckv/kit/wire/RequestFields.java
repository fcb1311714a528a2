package io.speckv.kit.wire;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.List;
import java.util.stream.Collectors;

/** Checks of request fields that mean the same in every service. Each failure names the field's path. */
public final class RequestFields {
    private static final int REQUEST_ID_MOST = 128;

    private RequestFields() {}

    /** Returns the ids as ints. Throws TOKEN_OUT_OF_VOCAB for the first id that is not below the vocabulary size. */
    public static int[] tokens(List<Integer> ids, String field, int vocabSize) {
        int[] tokens = new int[ids.size()];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = ids.get(i);
            // Ids of 2^31 and more arrive as negative numbers.
            if (tokens[i] < 0 || tokens[i] >= vocabSize) {
                throw RequestException.ofField(
                        FailureCode.TOKEN_OUT_OF_VOCAB,
                        field + "[" + i + "]",
                        "is " + Integer.toUnsignedString(tokens[i]) + ", must be below the vocabulary size "
                                + vocabSize);
            }
        }
        return tokens;
    }

    /** Throws unless a prompt has at least one token and at most {@code most}. */
    public static void requirePromptLength(int tokens, String field, int most) {
        if (tokens < 1) {
            throw RequestException.invalidField(field, "is empty, must have at least 1 token");
        }
        if (tokens > most) {
            throw RequestException.ofField(
                            FailureCode.PROMPT_TOO_LONG, field, "has " + tokens + " tokens, must have at most " + most)
                    .with("needed_tokens", tokens)
                    .with("most_tokens", most);
        }
    }

    /** Throws unless the caller's id is at most 128 printable ASCII characters. */
    public static void requireId(String id) {
        if (id.length() > REQUEST_ID_MOST || !id.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw RequestException.invalidField(
                    "request_id",
                    "has " + id.length() + " characters, must be at most " + REQUEST_ID_MOST
                            + " printable ASCII characters");
        }
    }

    /** Returns an unsigned field if it is in the range, and throws otherwise. */
    public static int within(int value, int least, int most, String field) {
        if (value < least || value > most) {
            throw RequestException.invalidField(
                    field, "is " + Integer.toUnsignedString(value) + ", must be " + least + " to " + most);
        }
        return value;
    }

    /** Returns a duration that is not negative, in nanoseconds. */
    public static long nanos(Duration duration, String field) {
        if (!Durations.isValid(duration) || Durations.isNegative(duration)) {
            throw RequestException.invalidField(field, "must be a valid duration of at least 0");
        }
        return Durations.toSeconds(duration) > Long.MAX_VALUE / 1_000_000_000L - 1
                ? Long.MAX_VALUE
                : Durations.toNanos(duration);
    }

    /**
     * Returns the failure of an enum's field with a number that has no name here; the message has those that have one.
     *
     * @param number as it was sent
     */
    public static RequestException unknown(String field, int number, EnumDescriptor known) {
        String all = known.getValues().stream()
                .filter(value -> value.getNumber() != 0) // It says that the field is unset.
                .map(value -> value.getName() + " (" + value.getNumber() + ")")
                .collect(Collectors.joining(", "));
        return RequestException.invalidField(field, "is " + number + ", must be unset or one of " + all);
    }
}
