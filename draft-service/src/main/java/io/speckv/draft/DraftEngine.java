package io.speckv.draft;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftReader;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.generate.OpenDraft;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.settings.ByteSize;
import io.speckv.serving.PromptClassifier;
import io.speckv.serving.ServedModel;
import io.speckv.serving.SlotBudget;
import io.speckv.serving.batch.BatchEngine;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Encoding;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The draft model with its cache, its queue and the thread that runs it. */
final class DraftEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DraftEngine.class);

    private final ServedModel model;
    private final KvArena arena;
    private final @Nullable PrefixCache prefixes;
    private final @Nullable PromptClassifier classifier;
    private final DraftReader reader;
    private final Admission admission;
    private final BatchEngine<AnalysisRun<?>> batches;
    private final int maxPromptTokens;
    private final AtomicInteger analysing = new AtomicInteger();
    private volatile boolean stopping;

    /**
     * An engine over an open model and an open classifier, which stay the caller's.
     *
     * @param classifier null where there is none
     * @param onDeath is told why, if an error or a hanging device ends the engine; nothing is taken from then on
     */
    DraftEngine(
            ServedModel model,
            @Nullable PromptClassifier classifier,
            DraftSettings settings,
            Consumer<String> onDeath) {
        this.model = model;
        this.classifier = classifier;
        ByteSize prefixCache = settings.prefixCache();
        DraftSlotPlan plan = DraftSlotPlan.of(
                settings.limits(), settings.queue(), model.decoder().memoryUse(), SlotBudget.of(model.decoder()));
        this.maxPromptTokens = plan.promptTokens();
        this.arena = model.decoder().newArena(plan.count(), plan.tokens());
        LOG.atInfo()
                .addKeyValue("slots", plan)
                .addKeyValue("most", new ByteSize(plan.bytes()).readable())
                .log("cache reserved");
        this.prefixes = prefixCache.bytes() == 0 ? null : new PrefixCache(model.decoder(), prefixCache.bytes());
        this.reader = new DraftReader(model.decoder(), arena, prefixes);
        this.admission = new Admission(settings.queue().admission(plan.count()));
        this.batches = new BatchEngine<>(
                "speckv-draft-engine",
                new DraftStep(model.decoder()),
                settings.batchTerms(),
                DraftEngine::stopped,
                onDeath);
    }

    /** Returns the failure of requests that outlive the engine. */
    static RequestException stopped() {
        return RequestException.of(FailureCode.DRAINING, "the server stops before the draft is done");
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

    /** Takes a call that was admitted. */
    void submit(AnalysisRun<?> call) {
        analysing.incrementAndGet();
        batches.submit(call);
    }

    /** An analysis that was submitted is done, or failed. */
    void analysed() {
        analysing.decrementAndGet();
    }

    /** Lets the engine look again: something came, or is over. From any thread. */
    void wake() {
        batches.wake();
    }

    /** Analyses under way: those that only speculate do not count, as they give way. */
    int analysing() {
        return analysing.get();
    }

    /** From now on no draft speculates. */
    void stopSpeculation() {
        stopping = true;
        wake();
    }

    /** Returns whether speculation is to pause: requests without scores run first. */
    boolean isAnalysing() {
        return analysing.get() > 0;
    }

    /** Returns whether speculation is to end: another request waits for their slots, or the server stops. */
    boolean wantsSlots() {
        return stopping || admission.queued() > 0;
    }

    /** Reads a whole task at once; for nobody but who has the engine to himself. */
    DraftReading read(DraftTask task, DraftListener listener) {
        return reader.read(task, YieldPoint.NONE, listener);
    }

    /** As {@link DraftReader#begin}. */
    OpenDraft begin(DraftTask task, YieldPoint yieldPoint, DraftListener listener) {
        return reader.begin(task, yieldPoint, listener);
    }

    /** The classifier's scores for a prompt, {@code [promptTokens]}. */
    float[] classify(AnalysisRequest analysis, YieldPoint yieldPoint) {
        if (classifier == null) {
            throw new IllegalStateException("there is no token classifier");
        }
        Encoding prompt = analysis.text() == null
                ? DecodedTokens.of(model.tokenizer(), analysis.task().prompt())
                : analysis.text();
        return classifier.scores(prompt, yieldPoint);
    }

    /** Name of the token classifier; empty where there is none. */
    String classifierName() {
        return classifier == null ? "" : classifier.name();
    }

    /** What tells the token classifier from others of its name; empty where there is none. */
    String classifierFingerprint() {
        return classifier == null ? "" : classifier.fingerprint();
    }

    /** Stops after the step it is in; the calls are over by now. */
    @Override
    public void close() {
        try {
            batches.close();
        } finally {
            arena.close();
            if (prefixes != null) {
                prefixes.close();
            }
        }
    }
}
