package io.speckv.serving.batch;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notices when a thread makes no progress for too long: a device that hangs neither computes nor fails, and the call into
 * it never comes back. Time is counted in looks of the watch's own, so that a process that was suspended as a whole, a
 * stopped container or a sleeping laptop, is not taken for one that hangs.
 */
final class HangWatch implements AutoCloseable {
    private static final int LOOKS = 10;
    private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong beats = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long limitNanos;
    private final Runnable onHang;

    /**
     * @param limit between two beats; 0 watches nothing
     * @param onHang runs at most once, on the watch's thread
     */
    HangWatch(String name, Duration limit, Runnable onHang) {
        this.limitNanos = limit.toNanos();
        this.onHang = onHang;
        if (limitNanos > 0) {
            Thread thread = new Thread(this::watch, name);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Says that the watched thread goes on. Cheap. */
    void beat() {
        beats.incrementAndGet();
    }

    private void watch() {
        long look = Math.max(1, Math.min(limitNanos / LOOKS, LONGEST_LOOK_NANOS));
        long seen = beats.get();
        long silent = 0;
        while (!closedWithin(look)) {
            long now = beats.get();
            silent = now == seen ? silent + look : 0;
            seen = now;
            if (silent >= limitNanos) {
                onHang.run();
                return;
            }
        }
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
