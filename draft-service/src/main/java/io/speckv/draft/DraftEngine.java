package io.speckv.draft;

import io.speckv.engine.Cancellation;
import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.generate.OpenDraft;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.settings.ByteSize;
import io.speckv.serving.PromptClassifier;
import io.speckv.serving.ServedModel;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Encoding;
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
    private final @Nullable PromptClassifier classifier;
    private final DraftReader reader;
    private final Admission admission;
    private final ExecutorService threads;
    private final int maxPromptTokens;
    private final AtomicInteger analysing = new AtomicInteger();
    private volatile boolean stopping;

    /**
     * An engine over an open model and an open classifier, which stay the caller's.
     *
     * @param classifier null where there is none
     */
    DraftEngine(ServedModel model, @Nullable PromptClassifier classifier, DraftSettings settings) {
        this.model = model;
        this.classifier = classifier;
        DraftSettings.Limits limits = settings.limits();
        DraftSettings.Queue queue = settings.queue();
        ByteSize prefixCache = settings.prefixCache();
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

    /** Tokens that one request's cache holds. */
    int slotTokens() {
        return arena.capacity();
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

    /** An analysis that is under way until its end, which may be told more than once. */
    final class Analysing {
        private boolean ended;

        private Analysing() {
            analysing.incrementAndGet();
        }

        void end() {
            if (!ended) {
                ended = true;
                analysing.decrementAndGet();
            }
        }
    }

    Analysing beginAnalysis() {
        return new Analysing();
    }

    /** Analyses under way: those that only go on while a target answers do not count, as they give way. */
    int analysing() {
        return analysing.get();
    }

    /** From now on nothing goes on while a target answers. */
    void stopGoingOn() {
        stopping = true;
    }

    /** Returns whether drafts may go on: no analysis waits or runs, and the server does not stop. */
    boolean mayGoOn() {
        return !stopping && analysing.get() == 0 && admission.queued() == 0;
    }

    /** Runs admitted work on a thread of the engine. */
    void execute(Runnable work) {
        threads.execute(work);
    }

    DraftReading read(DraftTask task, Cancellation cancellation, DraftListener listener) {
        return reader.read(task, cancellation, listener);
    }

    /** As {@link #read}, but the draft can go on; the caller closes it. */
    OpenDraft open(DraftTask task, Cancellation cancellation, DraftListener listener) {
        return reader.open(task, cancellation, listener);
    }

    /** Lets the classifier score where that is asked for; the draft then reads the prompt only for what else is wanted. */
    DraftReading analyse(Analysis analysis, Cancellation cancellation, DraftListener listener) {
        DraftTask task = analysis.task();
        if (!analysis.classified()) {
            return read(task, cancellation, listener);
        }
        if (classifier == null) {
            throw new IllegalStateException("there is no token classifier");
        }
        long started = System.nanoTime();
        Encoding prompt =
                analysis.text() == null ? DecodedTokens.of(model.tokenizer(), task.prompt()) : analysis.text();
        float[] scores = classifier.scores(prompt, cancellation);
        long nanos = System.nanoTime() - started;
        listener.scored(scores);
        if (task.lookaheadTokens() == 0) {
            return new DraftReading(scores, new int[0], nanos, 0, 0);
        }
        DraftReading drafted = read(task, cancellation, listener);
        return new DraftReading(
                scores,
                drafted.lookahead(),
                nanos + drafted.prefillNanos(),
                drafted.lookaheadNanos(),
                drafted.reusedTokens());
    }

    /** Name of the token classifier; empty where there is none. */
    String classifierName() {
        return classifier == null ? "" : classifier.name();
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
