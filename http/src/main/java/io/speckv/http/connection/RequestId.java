package io.speckv.http.connection;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ids of requests: the client's own if it is valid, or else new ones. */
public final class RequestId {
    public static final String HEADER = "X-Request-Id";
    public static final int LENGTH_MOST = 128;

    private RequestId() {}

    /** Returns {@code given} if it may appear in headers and logs, or else a new id. */
    static String of(@Nullable String given) {
        return given != null && isValid(given) ? given : UUID.randomUUID().toString();
    }

    /** Returns whether {@code id} has 1 to 128 printable ASCII characters. */
    public static boolean isValid(String id) {
        return !id.isEmpty() && id.length() <= LENGTH_MOST && id.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
