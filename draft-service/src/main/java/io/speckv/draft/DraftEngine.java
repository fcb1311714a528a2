package io.speckv.draft;

import io.speckv.engine.Cancellation;
import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.settings.ByteSize;
import io.speckv.serving.ServedModel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The draft model with its cache, its queue and the threads that run it, one for each request that runs. */
final class DraftEngine implements AutoCloseable {
    private final ServedModel model;
    private final KvArena arena;
    private final @Nullable PrefixCache prefixes;
    private final DraftReader reader;
    private final Admission admission;
    private final ExecutorService threads;
    private final int maxPromptTokens;

    DraftEngine(ServedModel model, DraftSettings.Limits limits, DraftSettings.Queue queue, ByteSize prefixCache) {
        this.model = model;
        int positions = model.decoder().shape().maxPositions();
        if (positions <= limits.lookaheadTokens()) {
            throw new IllegalArgumentException("lookahead-tokens is " + limits.lookaheadTokens()
                    + ", must be below the model's " + positions + " positions");
        }
        this.maxPromptTokens = Math.min(limits.promptTokens(), positions - limits.lookaheadTokens());
        this.arena = model.decoder().newArena(queue.running(), maxPromptTokens + limits.lookaheadTokens());
        this.prefixes = prefixCache.bytes() == 0 ? null : new PrefixCache(model.decoder(), prefixCache.bytes());
        this.reader = new DraftReader(model.decoder(), arena, prefixes);
        this.admission = new Admission(queue.admission());
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(
                queue.running(), work -> new Thread(work, "speckv-draft-" + number.incrementAndGet()));
    }

    ServedModel model() {
        return model;
    }

    Admission admission() {
        return admission;
    }

    /** Longest prompt that leaves room for the lookahead. */
    int maxPromptTokens() {
        return maxPromptTokens;
    }

    int slots() {
        return arena.size();
    }

    /** Bytes of known prefixes; 0 without a prefix cache. */
    long prefixBytes() {
        return prefixes == null ? 0 : prefixes.bytesHeld();
    }

    int slotsUsed() {
        return arena.inUse();
    }

    /** Runs admitted work on a thread of the engine. */
    void execute(Runnable work) {
        threads.execute(work);
    }

    DraftReading read(DraftTask task, Cancellation cancellation, DraftListener listener) {
        return reader.read(task, cancellation, listener);
    }

    /** Waits for running work, whose calls are over by now, so that no thread is in the model when it is closed. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the draft still computes a minute after its calls were cut");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the draft's threads end", e);
        }
        arena.close();
        if (prefixes != null) {
            prefixes.close();
        }
    }
}
