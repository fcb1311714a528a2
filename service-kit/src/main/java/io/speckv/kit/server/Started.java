package io.speckv.kit.server;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Parts that start one after the other. If a part fails to start, all parts before it stop, the last one first.
 *
 * <p>Closing stops every part that {@link #complete} has not handed over.
 */
public final class Started implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds and returns {@code part}, which stops with this unless {@link #complete} is called. */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Leaves all parts to the caller. */
    public void complete() {
        parts.clear();
    }

    /**
     * Stops the parts unless the caller took them over.
     *
     * @throws IllegalStateException if a part does not stop; the others stop all the same
     */
    @Override
    public void close() {
        IllegalStateException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException("a part that was started does not stop", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
