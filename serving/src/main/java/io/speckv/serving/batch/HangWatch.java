package io.speckv.serving.batch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notices when a thread makes no progress for too long. A call to a device that hangs never returns and never fails. The
 * watch counts time by its own looks, so that a process that was suspended as a whole, in a stopped container or a sleeping
 * laptop, does not count as hanging.
 */
final class HangWatch implements AutoCloseable {
    private static final int LOOKS = 10;
    private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong beats = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long limitNanos;
    private volatile boolean rests = true;
    private long seen;
    private long silentNanos;

    /** @param limit longest work without a beat; 0 for no limit */
    HangWatch(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /**
     * Watches from now on, unless there is no limit.
     *
     * @param onHang runs at most once, on the watch's thread
     */
    void start(String name, Runnable onHang) {
        if (limitNanos > 0) {
            Thread thread = new Thread(() -> watch(onHang), name);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Tells that the watched thread works and makes progress. Cheap. */
    void beat() {
        rests = false;
        beats.incrementAndGet();
    }

    /** Tells that the watched thread has nothing to do until its next beat. */
    void rest() {
        rests = true;
    }

    private void watch(Runnable onHang) {
        long every = Math.max(1, Math.min(limitNanos / LOOKS, LONGEST_LOOK_NANOS));
        while (!closedWithin(every)) {
            if (look(every)) {
                onHang.run();
                return;
            }
        }
    }

    /** Counts {@code nanos} more, and returns whether work without a beat has reached the limit. */
    boolean look(long nanos) {
        long now = beats.get();
        silentNanos = rests || now != seen ? 0 : silentNanos + nanos;
        seen = now;
        return silentNanos >= limitNanos;
    }

    private boolean closedWithin(long nanos) {
        try {
            return closed.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
