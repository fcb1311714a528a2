package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.PromptTooLongException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rows of one step on their way through the layers: one or more new tokens of each of several sequences. The rows of a
 * sequence are adjacent. {@link DecodeStep} and {@link ChunkStep} call each layer with these rows in their own way. The
 * caller closes it.
 */
final class StepRows implements AutoCloseable {
    private final DecoderModel model;
    private final List<KvSlot> slots;
    private final int[] counts;
    private final NDManager scope;
    private final NDArray hidden;
    private final Rotary.Angles angles;

    private StepRows(
            DecoderModel model,
            List<KvSlot> slots,
            int[] counts,
            NDManager scope,
            NDArray hidden,
            Rotary.Angles angles) {
        this.model = model;
        this.slots = slots;
        this.counts = counts;
        this.scope = scope;
        this.hidden = hidden;
        this.angles = angles;
    }

    /**
     * Returns the rows before the first layer.
     *
     * @param slots of one arena, each at most once
     * @param tokens the tokens of the first slot, then those of the second and so on
     * @param counts number of each slot's tokens
     * @throws PromptTooLongException if a slot would be full or a position beyond the model's
     */
    static StepRows of(DecoderModel model, List<KvSlot> slots, int[] tokens, int[] counts) {
        model.checkTokens(tokens);
        check(model, slots, counts);
        reach(slots, counts);
        NDManager scope = model.newScope();
        boolean made = false;
        try {
            StepRows rows = new StepRows(
                    model,
                    slots,
                    counts,
                    scope,
                    model.embed(scope, tokens),
                    model.rotary().at(scope, positions(slots, counts), promptLengths(slots, counts)));
            made = true;
            return rows;
        } finally {
            if (!made) {
                scope.close();
            }
        }
    }

    private static void check(DecoderModel model, List<KvSlot> slots, int[] counts) {
        if (slots.isEmpty() || slots.size() != counts.length) {
            throw new IllegalArgumentException(counts.length + " tokens for " + slots.size() + " slots");
        }
        int mostPositions = model.shape().maxPositions();
        for (int i = 0; i < counts.length; i++) {
            KvSlot slot = slots.get(i);
            if (slot.arena() != slots.get(0).arena()) {
                throw new IllegalArgumentException("the slots of one step must be of one arena");
            }
            if (slot.longest() + counts[i] > slot.arena().capacity()) {
                throw new PromptTooLongException(
                        slot.longest() + counts[i], slot.arena().capacity());
            }
            if (slot.nextPosition() + counts[i] > mostPositions) {
                throw new PromptTooLongException(slot.nextPosition() + counts[i], mostPositions);
            }
        }
    }

    /** A layer reads every slot up to the length of the fullest. */
    private static void reach(List<KvSlot> slots, int[] counts) {
        int longest = IntStream.range(0, counts.length)
                .map(i -> slots.get(i).longest() + counts[i])
                .max()
                .orElse(0);
        slots.forEach(slot -> slot.arena().reach(slot, longest));
    }

    private static int[] positions(List<KvSlot> slots, int[] counts) {
        return IntStream.range(0, counts.length)
                .flatMap(i -> {
                    int first = slots.get(i).nextPosition();
                    return IntStream.range(first, first + counts[i]);
                })
                .toArray();
    }

    private static int[] promptLengths(List<KvSlot> slots, int[] counts) {
        return IntStream.range(0, counts.length)
                .flatMap(i ->
                        IntStream.generate(() -> slots.get(i).promptLength()).limit(counts[i]))
                .toArray();
    }

    /** Returns the scope that lives as long as the step. */
    NDManager scope() {
        return scope;
    }

    /**
     * Returns a call for one layer with the arguments that every such call begins with: rows, rotation, weights and the
     * arena.
     */
    Graph.Call layer(String method, int layer) {
        KvArena arena = slots.get(0).arena();
        return model.graph()
                .call(method)
                .with(hidden)
                .with(angles.cosines(layer))
                .with(angles.sines(layer))
                .withShared(model.weights().norms.get(layer))
                .withShared(model.weights().linears.get(layer))
                .with(arena.keys(layer))
                .with(arena.values(layer));
    }

    /** Records that the layer's keys and values are now in the slots. */
    void written(int layer) {
        for (int i = 0; i < counts.length; i++) {
            slots.get(i).grow(layer, counts[i]);
        }
    }

    /** Ends the step after its last layer. Returns the logits after each row, {@code [rows][vocabSize]}. */
    float[][] logits() {
        return model.onHost(deviceLogits());
    }

    /** As {@link #logits}, on the device and owned by this; see {@link DecoderModel#deviceLogits}. */
    NDArray deviceLogits() {
        for (int i = 0; i < counts.length; i++) {
            KvSlot slot = slots.get(i);
            slot.setNextPosition(slot.nextPosition() + counts[i]);
        }
        int rows = IntStream.of(counts).sum();
        return model.deviceLogits(scope, hidden, rows, rows);
    }

    @Override
    public void close() {
        scope.close();
    }
}
