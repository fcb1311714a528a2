package io.speckv.router.draft;

import io.speckv.cascade.DraftLoss;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops asking a draft after several requests in a row heard nothing from it, so that later requests do not wait in vain. After
 * a pause one request tries the draft; the others go on without it until the draft answers. Thread-safe.
 */
public final class DraftBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(DraftBreaker.class);

    private final int silences;
    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private int inARow;
    private long nextTry;

    /**
     * @param silences requests in a row without an answer before the pause begins, at least 1
     * @param pause until one request tries again
     */
    public DraftBreaker(int silences, Duration pause) {
        this(silences, pause, System::nanoTime);
    }

    DraftBreaker(int silences, Duration pause, LongSupplier nanoTime) {
        this.silences = silences;
        this.pauseNanos = pause.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Returns whether a request may ask the draft. After a pause only one may, until {@link #said} or the next pause. */
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
     * A request lost the draft before the draft said anything.
     *
     * @param fullTime whether the draft had all the time that it usually gets; a client with a short deadline proves nothing
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
