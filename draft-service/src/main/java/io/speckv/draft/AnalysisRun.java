package io.speckv.draft;

import com.google.protobuf.MessageLite;
import io.speckv.draft.speculation.AfterAnalysis;
import io.speckv.engine.CancelledException;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.DraftReading;
import io.speckv.engine.generate.OpenDraft;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.failure.RequestException;
import io.speckv.serving.batch.BatchedRequest;
import org.jspecify.annotations.Nullable;

/**
 * One call to analyse on its way through the engine, with its resources. If the draft speculates, it goes on after the
 * analysis. Confined to the engine's thread once admitted.
 *
 * @param <M> the stream's messages
 */
final class AnalysisRun<M extends MessageLite> implements BatchedRequest {
    private final DraftEngine engine;
    private final AnalysisRequest analysis;
    private final AnalysisReply<M> answer;
    private final @Nullable AfterAnalysis<M> speculation;
    private final QueuePlace place;
    private @Nullable OpenDraft draft;
    private long classifierNanos;
    private boolean summarised;

    /**
     * @param speculation what follows the summary; null if the summary ends the call
     * @param place in the queue; whoever sees the stream's end gives it up
     */
    AnalysisRun(
            DraftEngine engine,
            AnalysisRequest analysis,
            AnalysisReply<M> answer,
            @Nullable AfterAnalysis<M> speculation,
            QueuePlace place) {
        this.engine = engine;
        this.analysis = analysis;
        this.answer = answer;
        this.speculation = speculation;
        this.place = place;
    }

    /** Waits for its turn, or fails the stream with QUEUE_FULL. */
    void start() {
        try {
            place.enter(engine.admission(), analysis.task().prompt().length, () -> engine.submit(this));
        } catch (RequestException e) {
            answer.stream().fail(e);
            return;
        }
        // Wakes the engine because drafts that only speculate give way to a waiting request.
        engine.wake();
    }

    @Override
    public boolean isOver() {
        return answer.stream().isOver();
    }

    @Override
    public int unreadTokens() {
        return analysis.task().prompt().length;
    }

    @Override
    public long nanosToWait(long now) {
        return 0;
    }

    @Override
    public boolean prefill(YieldPoint betweenBlocks) {
        answer.begins();
        if (analysis.classified()) {
            long started = System.nanoTime();
            float[] scores = engine.classify(analysis, betweenBlocks);
            classifierNanos = System.nanoTime() - started;
            answer.scored(scores);
        }
        if (analysis.classified() && analysis.task().lookaheadTokens() == 0) {
            summarise(DraftReading.NONE);
        } else {
            OpenDraft open = engine.begin(analysis.task(), betweenBlocks, answer);
            draft = open;
            summariseIfDone(open);
        }
        return true;
    }

    private void summariseIfDone(OpenDraft open) {
        if (open.isDone()) {
            summarise(open.reading());
            if (speculation != null) {
                speculation.begin(open);
            }
        }
    }

    private void summarise(DraftReading reading) {
        answer.summarise(reading.after(classifierNanos));
        summarised = true;
        engine.analysed();
    }

    /** Returns the draft of the prompt. It exists only between prefill and end, and only if a draft is wanted. */
    OpenDraft draft() {
        OpenDraft open = draft;
        if (open == null) {
            throw new IllegalStateException("no draft is open");
        }
        return open;
    }

    @Override
    public boolean isReady() {
        return !summarised || (speculation != null && speculation.isReady(draft()));
    }

    /**
     * Takes the result of a step.
     *
     * @param logits after each token that was fed to the {@link #draft}, {@code [tokens][vocabSize]}
     */
    void take(float[][] logits) {
        OpenDraft open = draft();
        boolean grew = open.take(logits);
        if (!summarised) {
            summariseIfDone(open);
        } else if (grew && speculation != null) {
            speculation.drafted(open, answer.stream());
        }
    }

    @Override
    public boolean isFinished() {
        return summarised && (speculation == null || draft == null || speculation.isOver(draft));
    }

    @Override
    public void finish() {
        release(false);
        answer.stream().finish();
    }

    @Override
    public void fail(Throwable failure) {
        try {
            // After a cancellation the slot is sound, because the logits so far were finite.
            release(!(failure instanceof CancelledException));
        } finally {
            if (!summarised) {
                engine.analysed();
            }
            answer.failed(failure);
        }
    }

    private void release(boolean damaged) {
        OpenDraft open = draft;
        draft = null;
        try {
            if (open != null) {
                close(open, damaged);
            }
        } finally {
            place.leave();
        }
    }

    private void close(OpenDraft open, boolean damaged) {
        if (speculation != null && summarised) {
            answer.inTrace(speculation::end);
        }
        if (damaged) {
            open.abandon();
        } else {
            open.close();
        }
    }
}
