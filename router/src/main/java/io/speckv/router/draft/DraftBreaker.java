package io.speckv.router.draft;

import io.speckv.cascade.DraftLoss;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves a draft alone that lately said nothing to several requests in a row, so that not each of them waits for its whole
 * time. When the pause is over one request tries; the others go on without until the draft says something. Thread-safe.
 */
public final class DraftBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(DraftBreaker.class);

    private final int silences;
    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private int inARow;
    private long nextTry;

    /**
     * @param silences in a row that the draft is left alone after, at least 1
     * @param pause until it is tried again
     */
    public DraftBreaker(int silences, Duration pause) {
        this(silences, pause, System::nanoTime);
    }

    DraftBreaker(int silences, Duration pause, LongSupplier nanoTime) {
        this.silences = silences;
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Returns whether a request may ask the draft; after a pause only one may, until {@link #said} or the next pause. */
    public synchronized boolean mayAsk() {
        if (inARow < silences) {
            return true;
        }
        long now = nanoTime.getAsLong();
        if (now - nextTry < 0) {
            return false;
        }
        nextTry = now + pauseNanos;
        return true;
    }

    /** The draft said something. */
    public synchronized void said() {
        if (inARow >= silences) {
            LOG.info("the draft answers again");
        }
        inARow = 0;
    }

    /**
     * A request lost the draft, which had said nothing.
     *
     * @param fullTime whether it had all the time that a draft gets; a client in a hurry says nothing of the draft
     */
    public synchronized void lost(DraftLoss why, boolean fullTime) {
        if (why != DraftLoss.TIMEOUT || !fullTime) {
            return;
        }
        inARow++;
        if (inARow >= silences) {
            nextTry = nanoTime.getAsLong() + pauseNanos;
        }
        if (inARow == silences) {
            LOG.atWarn()
                    .addKeyValue("silences", silences)
                    .addKeyValue("pause_ms", pauseNanos / 1_000_000)
                    .log("the draft is silent: requests go without it");
        }
    }
}
