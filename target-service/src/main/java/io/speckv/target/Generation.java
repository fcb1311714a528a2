package io.speckv.target;

import io.speckv.engine.CancelledException;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.generate.OpenPrefill;
import io.speckv.engine.torch.KvSlot;
import io.speckv.kit.admission.Permit;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request on its way through the scheduler, and what it holds. Confined to the engine's thread once admitted. */
final class Generation {
    private final GenerationRequest request;
    private final AnswerSink sink;
    private final SlotSize size;
    private final Answer answer;
    private volatile @Nullable CompletableFuture<Permit> turn;
    private @Nullable Permit permit;
    private @Nullable KvSlot slot;
    private Overlap.@Nullable Held held;
    private long waitsSince;

    Generation(GenerationRequest request, AnswerSink sink, SlotSize size, Set<Integer> endTokens) {
        this.request = request;
        this.sink = sink;
        this.size = size;
        this.answer = request.newAnswer(endTokens);
    }

    GenerationRequest request() {
        return request;
    }

    AnswerSink sink() {
        return sink;
    }

    SlotSize size() {
        return size;
    }

    Answer answer() {
        return answer;
    }

    /** Gives the place in the queue up, if it still waits there; to be called when {@link AnswerSink#isOver} turns true. */
    void withdraw() {
        CompletableFuture<Permit> waiting = turn;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    void waitsFor(CompletableFuture<Permit> future) {
        turn = future;
        if (sink.isOver()) {
            withdraw();
        }
    }

    void admitted(Permit given) {
        permit = given;
        waitsSince = System.nanoTime();
    }

    /** Nanoseconds until the prefill goes on without further lookahead; at most 0 if it does now. */
    long nanosToWait(long now) {
        return request.isLookaheadHere() ? 0 : request.lookaheadWaitNanos() - (now - waitsSince);
    }

    /** Holds what is read of the prompt; from now on there is nothing to do but to wait for lookahead. */
    void hold(Overlap.Held read) {
        held = read;
        waitsSince = System.nanoTime();
    }

    /** Whether the prompt is read but for its last token and the lookahead. */
    boolean isBegun() {
        return held != null;
    }

    /** What is read of the prompt; only while it is begun. */
    OpenPrefill begun() {
        Overlap.Held begun = held;
        if (begun == null) {
            throw new IllegalStateException("nothing of the prompt is read");
        }
        return begun.open();
    }

    /** Closes what was held, before the answer is decoded. */
    void letGo() {
        if (held != null) {
            Overlap.Held closing = held;
            held = null;
            closing.close();
        }
    }

    /** Prompt tokens that are still to be read. */
    int unreadTokens() {
        return held == null ? request.tokens().length : 1;
    }

    KvSlot takeSlot() {
        KvSlot taken = size.arena().take();
        slot = taken;
        return taken;
    }

    /** Where the keys are; only between prefill and release. */
    KvSlot slot() {
        KvSlot taken = slot;
        if (taken == null) {
            throw new IllegalStateException("the request holds no slot");
        }
        return taken;
    }

    /** The sequence as the next step decodes it; only between prefill and release. */
    DecodingSequence sequence(int most) {
        return new DecodingSequence(slot(), answer, request.expected().after(answer, most));
    }

    /** As {@link #release}, for a request that did not end well: what its slot holds may be damaged. */
    void abandon(Throwable failure) {
        // A caller that goes away while tokens come leaves keys whose logits were finite.
        boolean sound = failure instanceof CancelledException && answer.size() > 0;
        try {
            if (slot != null && !sound) {
                slot.erase();
            }
        } finally {
            release();
        }
    }

    /** Gives slot, permit and what is held of the prompt back; again does nothing. */
    void release() {
        letGo();
        if (slot != null) {
            slot.release();
            slot = null;
        }
        if (permit != null) {
            permit.close();
            permit = null;
        }
    }
}
