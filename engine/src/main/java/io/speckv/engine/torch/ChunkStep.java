package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.checkpoint.config.LayerShape;
import io.speckv.engine.sampling.TokenDraw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One or more tokens for each of several sequences, of any lengths, in one call per layer. This is decoding when some
 * sequences have drafted tokens to verify.
 */
public final class ChunkStep {
    private ChunkStep() {}

    /**
     * Feeds each slot its chunk of tokens and returns the logits that follow each token, {@code [slots][tokens][vocabSize]}.
     * The slots' lengths and positions grow by as many tokens; {@link KvSlot#dropLast} removes tokens that turn out wrong.
     * The result for one sequence does not depend on the others.
     *
     * @param slots of one arena, each at most once
     * @param chunks at least one token for each slot
     * @throws io.speckv.engine.PromptTooLongException if a slot would be full or a position beyond the model's
     */
    public static float[][][] run(DecoderModel model, List<KvSlot> slots, int[][] chunks) {
        float[][] logits = run(model, slots, chunks, StepRows::logits);
        float[][][] perSlot = new float[chunks.length][][];
        int first = 0;
        for (int i = 0; i < chunks.length; i++) {
            perSlot[i] = Arrays.copyOfRange(logits, first, first + chunks[i].length);
            first += chunks[i].length;
        }
        return perSlot;
    }

    /**
     * As {@link #run}, but chooses the tokens that follow on the device.
     *
     * @param draws one for each token of each chunk {@code [slots][tokens]}
     * @return the token after each fed one {@code [slots][tokens]}
     */
    public static List<List<ChosenToken>> choosing(
            DecoderModel model,
            List<KvSlot> slots,
            int[][] chunks,
            DeviceSampler sampler,
            List<List<TokenDraw>> draws) {
        List<TokenDraw> flat = draws.stream().flatMap(List::stream).toList();
        List<ChosenToken> chosen =
                run(model, slots, chunks, rows -> sampler.choose(rows.scope(), rows.deviceLogits(), flat));
        List<List<ChosenToken>> perSlot = new ArrayList<>();
        int first = 0;
        for (int[] chunk : chunks) {
            perSlot.add(chosen.subList(first, first + chunk.length));
            first += chunk.length;
        }
        return perSlot;
    }

    private static <T> T run(DecoderModel model, List<KvSlot> slots, int[][] chunks, Function<StepRows, T> end) {
        int[] counts = Arrays.stream(chunks).mapToInt(chunk -> chunk.length).toArray();
        int[] tokens = Arrays.stream(chunks).flatMapToInt(Arrays::stream).toArray();
        if (IntStream.of(counts).anyMatch(count -> count == 0)) {
            throw new IllegalArgumentException("a chunk is empty; each needs at least one token");
        }
        return tokens.length == counts.length
                ? DecodeStep.run(model, slots, tokens, null, end)
                : run(model, slots, tokens, counts, end);
    }

    private static <T> T run(
            DecoderModel model, List<KvSlot> slots, int[] tokens, int[] counts, Function<StepRows, T> end) {
        try (StepRows rows = StepRows.of(model, slots, tokens, counts)) {
            for (int layer = 0; layer < model.shape().layers(); layer++) {
                try (NDManager layerScope = rows.scope().newSubManager()) {
                    int window = model.shape().layer(layer).window();
                    Places places = Places.of(
                            layerScope, layer, slots, counts, model.shape().kvHeads(), window);
                    rows.layer("decode_chunks", layer)
                            .with(places.write)
                            .with(slots.stream().mapToLong(KvSlot::index).toArray())
                            .with(Arrays.stream(counts).asLongStream().toArray())
                            .with(places.starts)
                            .with(places.longest)
                            .with(places.lengths)
                            .with(window)
                            .run();
                    rows.written(layer);
                }
            }
            return end.apply(rows);
        }
    }

    /**
     * Where the rows of one layer write their keys, and which keys they read.
     *
     * @param write {@code [rows * kvHeads]}
     * @param starts first place of each slot that one of its rows sees
     * @param longest keys of each slot's fullest head, after the step
     * @param lengths keys that a row sees, itself included {@code [rows, kvHeads]}
     */
    private record Places(NDArray write, long[] starts, long[] longest, NDArray lengths) {
        static Places of(NDManager scope, int layer, List<KvSlot> slots, int[] counts, int kvHeads, int window) {
            int capacity = slots.get(0).arena().capacity();
            int rows = IntStream.of(counts).sum();
            long[] write = new long[rows * kvHeads];
            long[] lengths = new long[rows * kvHeads];
            long[] starts = new long[counts.length];
            long[] longest = new long[counts.length];
            int next = 0;
            for (int i = 0; i < counts.length; i++) {
                KvSlot slot = slots.get(i);
                longest[i] = (long) slot.longest(layer) + counts[i];
                starts[i] = window == LayerShape.NO_WINDOW ? 0 : Math.max(0, slot.shortest(layer) + 1 - window);
                for (int token = 0; token < counts[i]; token++) {
                    for (int head = 0; head < kvHeads; head++) {
                        int held = slot.length(layer, head) + token;
                        write[next] = ((long) slot.index() * kvHeads + head) * capacity + held;
                        lengths[next] = held + 1L;
                        next++;
                    }
                }
            }
            return new Places(
                    scope.create(write, new Shape(write.length)),
                    starts,
                    longest,
                    scope.create(lengths, new Shape(rows, kvHeads)));
        }
    }
}
