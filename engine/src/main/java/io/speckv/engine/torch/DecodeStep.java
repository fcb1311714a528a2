package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.checkpoint.config.LayerShape;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One more token for each of several sequences, of any lengths, in one call per layer. */
public final class DecodeStep {
    /** Receives the queries of each layer of a step before the next layer runs. */
    @FunctionalInterface
    interface LayerQueries {
        /**
         * Called once per layer.
         *
         * @param queries {@code [sequences, heads, headDim]}, borrowed until the call returns
         */
        void seen(NDManager scope, int layer, NDArray queries);
    }

    private DecodeStep() {}

    /**
     * Feeds one token to each slot and returns the logits that follow, {@code [slots][vocabSize]}. The slots' lengths and
     * positions grow by one. The result for one sequence does not depend on the others.
     *
     * @param slots of one arena, each at most once
     * @param tokens one for each slot
     * @throws io.speckv.engine.PromptTooLongException if a slot is full or a position is beyond the model's
     */
    public static float[][] run(DecoderModel model, List<KvSlot> slots, int[] tokens) {
        return run(model, slots, tokens, null);
    }

    /** As {@link #run} for one slot, and saves the token's queries. */
    public static float[] saving(DecoderModel model, KvSlot slot, int token, SavedQueries saved) {
        return run(
                model,
                List.of(slot),
                new int[] {token},
                (scope, layer, queries) -> saved.add(
                        layer, model.graph().call("heads_first").with(queries).tensor(scope)))[0];
    }

    /**
     * As {@link #run}, and lets tallies count the attention that the tokens pay to the prompts.
     *
     * @param tallies one for each slot; null for a slot whose attention is not counted
     */
    public static float[][] observed(
            DecoderModel model, List<KvSlot> slots, int[] tokens, List<@Nullable AttentionTally> tallies) {
        boolean counts = tallies.stream().anyMatch(Objects::nonNull);
        return run(model, slots, tokens, counts ? counting(model, slots, tallies) : null);
    }

    private static LayerQueries counting(
            DecoderModel model, List<KvSlot> slots, List<@Nullable AttentionTally> tallies) {
        return (scope, layer, queries) -> {
            NDArray headsFirst = model.graph().call("heads_first").with(queries).tensor(scope);
            for (int i = 0; i < slots.size(); i++) {
                AttentionTally tally = tallies.get(i);
                if (tally != null) {
                    KvSlot slot = slots.get(i);
                    NDArray own = model.graph()
                            .call("rows")
                            .with(headsFirst)
                            .with(i)
                            .with(1)
                            .tensor(scope);
                    NDArray keys = model.graph()
                            .call("slot")
                            .with(slot.arena().keys(layer))
                            .with(slot.index())
                            .tensor(scope);
                    tally.addDecoded(model, scope, layer, own, keys, slot.length(layer, 0));
                }
            }
        };
    }

    private static float[][] run(
            DecoderModel model, List<KvSlot> slots, int[] tokens, @Nullable LayerQueries observer) {
        return run(model, slots, tokens, observer, StepRows::logits);
    }

    /** Feeds one token to each slot, and returns what {@code end} makes of the rows after the last layer. */
    static <T> T run(
            DecoderModel model,
            List<KvSlot> slots,
            int[] tokens,
            @Nullable LayerQueries observer,
            Function<StepRows, T> end) {
        int[] counts = new int[tokens.length];
        Arrays.fill(counts, 1);
        try (StepRows rows = StepRows.of(model, slots, tokens, counts)) {
            SlotIndex index = new SlotIndex(
                    rows.scope(), slots.get(0).arena(), slots, model.shape().kvHeads());
            for (int layer = 0; layer < model.shape().layers(); layer++) {
                try (NDManager layerScope = rows.scope().newSubManager()) {
                    index.prepare(layer);
                    int window = model.shape().layer(layer).window();
                    NDArray queries = rows.layer("decode", layer)
                            .with(index.write())
                            .with(index.firstSlot())
                            .with(index.slots())
                            .with(index.first(window))
                            .with(index.longest())
                            .with(index.lengths())
                            .with(window)
                            .tensor(layerScope);
                    rows.written(layer);
                    if (observer != null) {
                        observer.seen(layerScope, layer, queries);
                    }
                }
            }
            return end.apply(rows);
        }
    }

    /**
     * Where a step writes its keys, and which keys it reads. It is made anew only for a layer whose lengths differ from the
     * last one's.
     */
    private static final class SlotIndex {
        private final NDManager scope;
        private final KvArena arena;
        private final List<KvSlot> batch;
        private final int kvHeads;
        private final int firstSlot;
        private final NDArray nothing;
        private final NDArray slots;
        private int[] lengths = {};
        private int longest;
        private int shortest;
        private NDArray write;
        private NDArray lengthsIfRagged;

        SlotIndex(NDManager scope, KvArena arena, List<KvSlot> batch, int kvHeads) {
            this.scope = scope;
            this.arena = arena;
            this.batch = batch;
            this.kvHeads = kvHeads;
            this.firstSlot = batch.get(0).index();
            this.nothing = scope.create(new long[0], new Shape(0));
            this.slots = neighbours(batch)
                    ? nothing
                    : DecoderModel.longs(
                            scope, batch.stream().mapToInt(KvSlot::index).toArray());
            this.write = nothing;
            this.lengthsIfRagged = nothing;
        }

        private static boolean neighbours(List<KvSlot> batch) {
            for (int i = 1; i < batch.size(); i++) {
                if (batch.get(i).index() != batch.get(0).index() + i) {
                    return false;
                }
            }
            return true;
        }

        void prepare(int layer) {
            int[] now = new int[batch.size() * kvHeads];
            for (int i = 0; i < now.length; i++) {
                now[i] = batch.get(i / kvHeads).length(layer, i % kvHeads);
            }
            if (Arrays.equals(now, lengths)) {
                return;
            }
            lengths = now;
            long[] places = new long[now.length];
            long[] held = new long[now.length];
            longest = 0;
            shortest = Integer.MAX_VALUE;
            boolean ragged = false;
            for (int i = 0; i < now.length; i++) {
                long row = (long) batch.get(i / kvHeads).index() * kvHeads + i % kvHeads;
                places[i] = row * arena.capacity() + now[i];
                held[i] = now[i] + 1L;
                longest = Math.max(longest, now[i] + 1);
                shortest = Math.min(shortest, now[i] + 1);
                ragged |= now[i] != now[0];
            }
            write = scope.create(places, new Shape(places.length));
            lengthsIfRagged = ragged ? scope.create(held, new Shape(batch.size(), kvHeads)) : nothing;
        }

        NDArray write() {
            return write;
        }

        NDArray slots() {
            return slots;
        }

        NDArray lengths() {
            return lengthsIfRagged;
        }

        int firstSlot() {
            return firstSlot;
        }

        /** The first place that any query sees. */
        int first(int window) {
            return window == LayerShape.NO_WINDOW ? 0 : Math.max(0, shortest - window);
        }

        int longest() {
            return longest;
        }
    }
}
