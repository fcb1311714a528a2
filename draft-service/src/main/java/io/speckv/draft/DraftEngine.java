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
     * @param classifier null for none
     * @param onDeath called with the reason if an error or a hanging device ends the engine; no request is taken from then
     *     on
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

    /** Returns the failure for requests that are not done when the engine ends. */
    static RequestException stopped() {
        return RequestException.of(FailureCode.DRAINING, "the server stops before the draft is done");
    }

    ServedModel model() {
        return model;
    }

    Admission admission() {
        return admission;
    }

    /** Returns the longest prompt that leaves room for the lookahead. */
    int maxPromptTokens() {
        return maxPromptTokens;
    }

    /** Returns how many tokens one request's cache holds. */
    int slotTokens() {
        return arena.capacity();
    }

    int slots() {
        return arena.size();
    }

    /** Returns the bytes of known prefixes; 0 without a prefix cache. */
    long prefixBytes() {
        return prefixes == null ? 0 : prefixes.bytesHeld();
    }

    int slotsUsed() {
        return arena.inUse();
    }

    /** Takes an admitted call. */
    void submit(AnalysisRun<?> call) {
        analysing.incrementAndGet();
        batches.submit(call);
    }

    /** Records that a submitted analysis is done, or failed. */
    void analysed() {
        analysing.decrementAndGet();
    }

    /** Wakes the engine because something arrived or is over. Callable from any thread. */
    void wake() {
        batches.wake();
    }

    /** Returns the number of analyses under way. Calls that only speculate do not count, because they give way. */
    int analysing() {
        return analysing.get();
    }

    /** Stops speculation in all drafts from now on. */
    void stopSpeculation() {
        stopping = true;
        wake();
    }

    /** Returns whether speculation must pause because requests still wait for their scores. */
    boolean isAnalysing() {
        return analysing.get() > 0;
    }

    /** Returns whether speculation must end because another request waits for a slot or the server stops. */
    boolean wantsSlots() {
        return stopping || admission.queued() > 0;
    }

    /** Reads a whole task at once. No other request may be running. */
    DraftReading read(DraftTask task, DraftListener listener) {
        return reader.read(task, YieldPoint.NONE, listener);
    }

    /** As {@link DraftReader#begin}. */
    OpenDraft begin(DraftTask task, YieldPoint yieldPoint, DraftListener listener) {
        return reader.begin(task, yieldPoint, listener);
    }

    /** Returns the classifier's scores for a prompt, {@code [promptTokens]}. */
    float[] classify(AnalysisRequest analysis, YieldPoint yieldPoint) {
        if (classifier == null) {
            throw new IllegalStateException("there is no token classifier");
        }
        Encoding prompt = analysis.text() == null
                ? DecodedTokens.of(model.tokenizer(), analysis.task().prompt())
                : analysis.text();
        return classifier.scores(prompt, yieldPoint);
    }

    /** Returns the name of the token classifier; empty if there is none. */
    String classifierName() {
        return classifier == null ? "" : classifier.name();
    }

    /** Returns the fingerprint of the token classifier; empty if there is none. */
    String classifierFingerprint() {
        return classifier == null ? "" : classifier.fingerprint();
    }

    /** Stops after the current step. All calls must be over. */
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
