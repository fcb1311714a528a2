package io.speckv.kit.failure;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request that fails for a known reason. Message, field and metadata reach the client, so they hold only numbers and
 * names, never text of a prompt or an answer. Immutable.
 */
public final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final FailureCode code;
    private final transient @Nullable String field;
    private final transient @Nullable Duration retryAfter;
    private final transient Map<String, String> metadata;

    private RequestException(
            FailureCode code,
            String message,
            @Nullable String field,
            @Nullable Duration retryAfter,
            Map<String, String> metadata,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.field = field;
        this.retryAfter = retryAfter;
        this.metadata = metadata;
    }

    /** Returns a failure with a message of the form "what, the value, the bound". */
    public static RequestException of(FailureCode code, String message) {
        return new RequestException(code, message, null, null, Map.of(), null);
    }

    /** Returns a failure with a {@code cause} that only the log shows. */
    public static RequestException of(FailureCode code, String message, Throwable cause) {
        return new RequestException(code, message, null, null, Map.of(), cause);
    }

    /**
     * Returns a failure of one field of the request.
     *
     * @param field its path in the request message, such as {@code sampling.top_p} or {@code prompt.token_ids[3]}
     * @param rule what is wrong and what would be right, such as "is 1.5, must be above 0 and at most 1"
     */
    public static RequestException invalidField(String field, String rule) {
        return ofField(FailureCode.FIELD_INVALID, field, rule);
    }

    /** Returns a failure of one field with a more exact reason than {@link FailureCode#FIELD_INVALID}. */
    public static RequestException ofField(FailureCode code, String field, String rule) {
        return new RequestException(code, field + " " + rule, field, null, Map.of(), null);
    }

    /** Returns this failure with the time after which it makes sense to try again. */
    public RequestException retryAfter(Duration wait) {
        return new RequestException(code, message(), field, wait, metadata, getCause());
    }

    /** Returns this failure with one more entry in the ErrorInfo's metadata. */
    public RequestException with(String key, Object value) {
        Map<String, String> more = new TreeMap<>(metadata);
        more.put(key, String.valueOf(value));
        return new RequestException(code, message(), field, retryAfter, Map.copyOf(more), getCause());
    }

    /** Returns this failure for an outer message that holds the request in the field {@code parent}. */
    public RequestException within(String parent) {
        return field == null
                ? this
                : new RequestException(
                        code, parent + "." + message(), parent + "." + field, retryAfter, metadata, getCause());
    }

    public FailureCode code() {
        return code;
    }

    /** Returns the path of the field at fault. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    /** Returns the time after which it makes sense to try again. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    private String message() {
        return String.valueOf(getMessage());
    }
}
