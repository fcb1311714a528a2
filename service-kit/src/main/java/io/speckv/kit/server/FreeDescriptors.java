package io.speckv.kit.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file descriptors that this process may still open. When none is left, a connection is neither accepted nor refused,
 * and its client waits for its whole deadline. So the last ones are reserved for files that the process opens itself, and a
 * connection that would need one of them is closed at once. Thread-safe.
 */
public final class FreeDescriptors {
    private static final Logger LOG = LoggerFactory.getLogger(FreeDescriptors.class);
    private static final long LOOK_NANOS = Duration.ofMillis(50).toNanos();
    private static final long COMPLAIN_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long RESERVE_MOST = 64;
    private static final int RESERVE_SHARE = 10;

    private final long usable;
    private final LongSupplier open;
    private final LongSupplier nanoTime;
    private long left;
    private long looked;
    private long complained;
    private boolean everLooked;
    private boolean everComplained;

    /**
     * @param most descriptors that the process may have
     * @param open gives the number of descriptors that it has now
     */
    FreeDescriptors(long most, LongSupplier open, LongSupplier nanoTime) {
        this.usable = most - Math.min(RESERVE_MOST, most / RESERVE_SHARE);
        this.open = open;
        this.nanoTime = nanoTime;
    }

    /** Returns the descriptors of this process, without a limit if the system does not report one. */
    public static FreeDescriptors ofProcess() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? new FreeDescriptors(
                        system.getMaxFileDescriptorCount(), system::getOpenFileDescriptorCount, System::nanoTime)
                : new FreeDescriptors(Long.MAX_VALUE, () -> 0, System::nanoTime);
    }

    /** Returns whether a connection that was just accepted may stay. */
    public synchronized boolean mayStay() {
        long now = nanoTime.getAsLong();
        if (!everLooked || now - looked >= LOOK_NANOS) {
            everLooked = true;
            looked = now;
            // The connection itself is counted as open already.
            left = usable - open.getAsLong() + 1;
        }
        if (left > 0) {
            left--;
            return true;
        }
        if (!everComplained || now - complained >= COMPLAIN_NANOS) {
            everComplained = true;
            complained = now;
            LOG.atError()
                    .addKeyValue("usable", usable)
                    .log("connections are refused: file descriptors are short (ulimit -n)");
        }
        return false;
    }
}
