package io.speckv.target;

import io.speckv.engine.CancelledException;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.generate.NextTokens;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.torch.KvSlot;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.serving.batch.BatchedRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One answer on its way through the engine, with its resources. Confined to the engine's thread once admitted. */
final class GenerationRun implements BatchedRequest {
    private final GenerationRequest request;
    private final AnswerReply sink;
    private final SlotSize size;
    private final TargetPrefill prefill;
    private final PrefillOverlap overlap;
    private final Answer answer;
    private final QueuePlace place = new QueuePlace();
    private @Nullable KvSlot slot;
    private PrefillOverlap.@Nullable Held held;
    private @Nullable DecodingSequence sequence;
    private long waitsSince;

    GenerationRun(
            GenerationRequest request,
            AnswerReply sink,
            SlotSize size,
            TargetPrefill prefill,
            PrefillOverlap overlap,
            Set<Integer> endTokens) {
        this.request = request;
        this.sink = sink;
        this.size = size;
        this.prefill = prefill;
        this.overlap = overlap;
        this.answer = request.newAnswer(endTokens);
    }

    GenerationRequest request() {
        return request;
    }

    SlotSize size() {
        return size;
    }

    /** Returns the place in the queue, which must be withdrawn when {@link #isOver} turns true. */
    QueuePlace place() {
        return place;
    }

    void admitted() {
        waitsSince = System.nanoTime();
    }

    @Override
    public boolean isOver() {
        return sink.isOver();
    }

    @Override
    public int unreadTokens() {
        return held == null ? request.tokens().length : 1;
    }

    /** There is nothing to wait for if the prompt can be read without its lookahead. */
    @Override
    public long nanosToWait(long now) {
        return held == null && overlap.mayBegin(request) ? 0 : nanosToLookahead(now);
    }

    /** Returns the nanoseconds until the prefill goes on without more lookahead; at most 0 if it goes on now. */
    private long nanosToLookahead(long now) {
        return request.isLookaheadHere() ? 0 : request.lookaheadWaitNanos() - (now - waitsSince);
    }

    @Override
    public boolean prefill(YieldPoint betweenBlocks) {
        if (held == null && nanosToLookahead(System.nanoTime()) > 0) {
            begin(betweenBlocks);
            if (!request.isLookaheadHere()) {
                return false;
            }
        }
        Prefilled prefilled = held == null ? readWhole(betweenBlocks) : readRest(held, betweenBlocks);
        sink.prefilled(prefilled);
        answer.start(prefilled);
        sink.grown(answer);
        return true;
    }

    /** Reads all but the last prompt token. After that the request only waits for lookahead. */
    private void begin(YieldPoint betweenBlocks) {
        KvSlot taken = takeSlot();
        sink.prefillBegins();
        PrefillOverlap.Held read = overlap.begin(request, taken, betweenBlocks);
        held = read;
        waitsSince = System.nanoTime();
        sink.promptRead(read.open());
    }

    private Prefilled readWhole(YieldPoint betweenBlocks) {
        KvSlot taken = takeSlot();
        sink.prefillBegins();
        return prefill.run(
                taken, request.prompt().withLookahead(request.takeLookahead()), answer.choice(), betweenBlocks);
    }

    /** Reads the last prompt token and the lookahead. */
    private Prefilled readRest(PrefillOverlap.Held read, YieldPoint betweenBlocks) {
        sink.prefillGoesOn();
        Prefilled prefilled = read.open().finish(request.takeLookahead(), answer.choice(), betweenBlocks);
        letGo();
        return prefilled;
    }

    private KvSlot takeSlot() {
        KvSlot taken = size.arena().take();
        slot = taken;
        return taken;
    }

    /** Returns the slot with the keys. It exists only between prefill and release. */
    KvSlot slot() {
        KvSlot taken = slot;
        if (taken == null) {
            throw new IllegalStateException("the request holds no slot");
        }
        return taken;
    }

    @Override
    public boolean isReady() {
        return sink.hasRoom();
    }

    /** Returns the tokens that the next step feeds. Call {@link #take} with its result. */
    DecodingSequence nextSequence(int mostDrafted) {
        DecodingSequence next =
                new DecodingSequence(slot(), answer, request.speculated().after(answer, mostDrafted));
        sequence = next;
        return next;
    }

    /** Takes the tokens that follow those that a step fed. */
    void take(NextTokens next) {
        DecodingSequence fed = sequence;
        if (fed == null) {
            throw new IllegalStateException("nothing was fed");
        }
        int accepted = fed.take(next);
        request.speculated().verified(fed.drafted().length, accepted);
        sink.grown(answer);
    }

    @Override
    public boolean isFinished() {
        return answer.isFinished();
    }

    @Override
    public void finish() {
        release();
        sink.finished(answer);
    }

    @Override
    public void fail(Throwable failure) {
        try {
            abandon(failure);
        } finally {
            sink.failed(failure);
        }
    }

    /** As {@link #release}, for a request that failed or was given up. Its slot's content may be damaged. */
    private void abandon(Throwable failure) {
        // After a cancellation with tokens in the answer the slot is sound, because the logits so far were finite.
        boolean sound = failure instanceof CancelledException && answer.size() > 0;
        try {
            if (slot != null && !sound) {
                slot.erase();
            }
        } finally {
            release();
        }
    }

    private void release() {
        letGo();
        if (slot != null) {
            slot.release();
            slot = null;
        }
        place.leave();
    }

    /** Closes the prefill that was held for the lookahead, before the answer is decoded. */
    private void letGo() {
        if (held != null) {
            PrefillOverlap.Held closing = held;
            held = null;
            closing.close();
        }
    }
}
