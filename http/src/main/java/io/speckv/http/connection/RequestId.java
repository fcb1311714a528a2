package io.speckv.http.connection;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names of requests: the client's own where it is one, else new ones. */
public final class RequestId {
    public static final String HEADER = "X-Request-Id";
    public static final int LENGTH_MOST = 128;

    private RequestId() {}

    /** Returns {@code given} where it may stand in a header and a log, else a new name. */
    static String of(@Nullable String given) {
        return given != null && isValid(given) ? given : UUID.randomUUID().toString();
    }

    /** Returns whether it is 1 to 128 printable ASCII characters. */
    public static boolean isValid(String id) {
        return !id.isEmpty() && id.length() <= LENGTH_MOST && id.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
