package io.speckv.kit.stream;

/**
 * Bytes that streams may hold for slow readers beyond their own outboxes, all together: so that what makes the messages, such
 * as a cache slot, need not wait for a client. One stream has at most an eighth, so that one client does not take it all.
 * Thread-safe.
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

    /** Returns whether a stream that holds so many of these bytes may take more. */
    synchronized boolean hasRoom(long held) {
        return taken < most && held < most / STREAMS_LEAST;
    }

    /** Takes bytes, the last of which may lie beyond the limit; returns whether there was room. */
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
