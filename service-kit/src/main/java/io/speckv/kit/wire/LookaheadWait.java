package io.speckv.kit.wire;

import com.google.protobuf.util.Durations;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;

/** How long a target may be told to wait for lookahead. It holds a cache slot in the meantime. */
public final class LookaheadWait {
    /** The longest wait that a target accepts. */
    public static final Duration MOST = Duration.ofMinutes(1);

    private LookaheadWait() {}

    /** Returns a request's wait in nanoseconds. Throws FIELD_INVALID unless it is 0 to {@link #MOST}. */
    public static long nanos(com.google.protobuf.Duration wait, String field) {
        long nanos = RequestFields.nanos(wait, field);
        if (nanos > MOST.toNanos()) {
            throw RequestException.invalidField(
                    field, "is " + Durations.toSeconds(wait) + " s, must be at most " + MOST.toSeconds() + " s");
        }
        return nanos;
    }
}
