package io.speckv.target;

import io.speckv.engine.torch.DecoderModel;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** All cache slots of the target, smallest size first. They are reserved once; the caller closes them. */
final class SlotSizes implements AutoCloseable {
    private final List<SlotSize> sizes = new ArrayList<>();
    private final int queueCapacity;

    SlotSizes(DecoderModel model, TargetSlotPlan plan, TargetSettings.Queue queue) {
        for (TargetSlotPlan.Size size : plan.sizes()) {
            sizes.add(new SlotSize(
                    model.newArena(size.count(), size.tokens()), new Admission(queue.admission(size.count()))));
        }
        this.queueCapacity = queue.requests() * sizes.size();
    }

    List<SlotSize> all() {
        return List.copyOf(sizes);
    }

    /**
     * Returns the smallest size whose slots hold {@code tokens} tokens.
     *
     * @throws RequestException with PROMPT_TOO_LONG if no slot is large enough
     */
    SlotSize holding(int tokens) {
        for (SlotSize size : sizes) {
            if (tokens <= size.arena().capacity()) {
                return size;
            }
        }
        int most = sizes.get(sizes.size() - 1).arena().capacity();
        throw RequestException.ofField(
                        FailureCode.PROMPT_TOO_LONG,
                        "prompt.token_ids",
                        "take " + tokens + " tokens of cache with lookahead and answer, the most are " + most
                                + ": ask for fewer new tokens, or have less of the prompt kept")
                .with("needed_tokens", tokens)
                .with("most_tokens", most);
    }

    /** Returns the number of slots of all sizes. */
    int slots() {
        return (int) sum(size -> size.arena().size());
    }

    /** Returns how many slots are taken now. */
    int slotsUsed() {
        return (int) sum(size -> size.arena().inUse());
    }

    /** Returns how many slots are given out, to requests that may only be about to take theirs. */
    int slotsGiven() {
        return (int) sum(size -> size.admission().running());
    }

    /** Returns how many requests wait. */
    int queued() {
        return (int) sum(size -> size.admission().queued());
    }

    /** Returns how many prompt tokens wait. */
    long queuedTokens() {
        return sum(size -> size.admission().queuedTokens());
    }

    /** Returns how many requests may wait. */
    int queueCapacity() {
        return queueCapacity;
    }

    private long sum(ToLongFunction<SlotSize> count) {
        return sizes.stream().mapToLong(count).sum();
    }

    @Override
    public void close() {
        sizes.forEach(size -> size.arena().close());
    }
}
