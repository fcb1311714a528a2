package io.speckv.kit.stream;

/**
 * Bytes that all streams together may hold for slow readers beyond their own outboxes. With this room, the producer of
 * messages need not wait for a client, and its cache slot is free sooner. One stream has at most an eighth, so that one
 * client does not take everything. Thread-safe.
 */
public final class SharedRoom {
    private static final int STREAMS_LEAST = 8;

    private final long most;
    private long taken;

    /**
     * @param most bytes; 0 leaves streams to their own outboxes
     */
    public SharedRoom(long most) {
        this.most = most;
    }

    /** Returns whether a stream that holds {@code held} of these bytes may take more. */
    synchronized boolean hasRoom(long held) {
        return taken < most && held < most / STREAMS_LEAST;
    }

    /** Takes bytes and returns whether there was room. The last taken bytes may exceed the limit. */
    synchronized boolean take(long held, int bytes) {
        boolean room = hasRoom(held);
        taken += room ? bytes : 0;
        return room;
    }

    synchronized void giveBack(long bytes) {
        taken -= bytes;
    }

    /** Returns the bytes that are taken now. */
    public synchronized long taken() {
        return taken;
    }
}
