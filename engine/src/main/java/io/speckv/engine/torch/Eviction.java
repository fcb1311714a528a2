package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.cache.LayerScores;
import io.speckv.selection.cache.LookaheadCorrection;
import io.speckv.selection.cache.Observation;
import io.speckv.selection.cache.SparsePrefill;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A cache policy applied to one prompt: what each layer observes, and which keys move to the slot.
 *
 * @param policy decides
 * @param promptTokens n, the tokens of the whole prompt
 * @param largestLookahead most lookahead tokens that may follow the prompt
 * @param keepsTail whether the last prompt token and all lookahead tokens stay as well, so that the lookahead can be
 *     verified and its right tokens need not be computed again
 */
public record Eviction(CachePolicy policy, int promptTokens, int largestLookahead, boolean keepsTail) {
    /** Returns whether a prompt of this length loses keys. */
    public boolean evicts() {
        return policy.compresses(promptTokens);
    }

    /** Returns whether every token sees all tokens before it, so that a key does not depend on the tokens after it. */
    public boolean isDense(int lookahead) {
        SparsePrefill sparse = policy.sparsePrefill();
        return !evicts() || sparse == null || !sparse.applies(promptTokens + lookahead);
    }

    /**
     * Returns how many tokens at the prompt's beginning are needed only for their keys, because their queries observe
     * nothing. At least one token must be fed.
     */
    public int withoutQueries(int lookahead) {
        int rows = promptTokens + lookahead;
        int observing = evicts() ? queries(lookahead) : 0;
        return Math.max(0, Math.min(promptTokens - 1, rows - observing));
    }

    int largestPrompt() {
        return promptTokens + largestLookahead;
    }

    int queriesToRemember() {
        return Math.min(queries(largestLookahead), largestPrompt());
    }

    /** Returns how many of the last rows, lookahead included, have queries that choose keys or may choose them again. */
    public int queries(int lookahead) {
        int observed = policy.observation(promptTokens, lookahead).queries();
        LookaheadCorrection correction = policy.correction();
        return correction == null ? observed : Math.max(observed, correction.queries(promptTokens, lookahead));
    }

    int band() {
        SparsePrefill sparse = policy.sparsePrefill();
        return sparse == null ? 0 : sparse.windowSize();
    }

    int[][] verticals(KeptKeys kept, int tokens) {
        SparsePrefill sparse = policy.sparsePrefill();
        return sparse == null || !sparse.applies(tokens) ? new int[0][] : kept.verticals();
    }

    /**
     * Returns the keys of a layer that stay, chosen by the attention of the last queries {@code [heads, rows, headDim]}.
     *
     * @param held number of keys
     * @param end position after the last query; above {@code held} if queries follow whose keys are not held
     */
    KeptKeys choose(DecoderModel model, NDManager scope, int layer, NDArray queries, NDArray keys, int held, int end) {
        if (model.shape().layer(layer).isLocalIn(promptTokens)) {
            return windowOf(model.shape(), layer);
        }
        int lookahead = end - promptTokens;
        Observation observation = policy.observation(promptTokens, lookahead);
        int candidates = observation.candidateKeys();
        float[] values = {};
        if (observation.queries() > 0) {
            values = observe(model, scope, layer, queries, keys, held, end, observation);
        }
        return policy.keep(new LayerScores(
                layer,
                model.shape().layers(),
                promptTokens,
                lookahead,
                model.shape().kvHeads(),
                candidates,
                values));
    }

    /**
     * Returns the keys that a layer with a window keeps under every policy. The next query sees these keys and its own, and
     * no later query sees any key before them.
     */
    private KeptKeys windowOf(ModelShape shape, int layer) {
        int end = firstOfTail();
        int first = Math.max(0, end + 1 - shape.layer(layer).window());
        int[][] perHead = new int[shape.kvHeads()][];
        Arrays.fill(perHead, IntStream.range(first, end).toArray());
        return new KeptKeys(perHead, first, new int[0][]);
    }

    /** Returns the position of the first token that is fed again, or that stays with the lookahead. */
    private int firstOfTail() {
        return policy.refeedsLastToken() ? promptTokens - 1 : promptTokens;
    }

    private static float[] observe(
            DecoderModel model,
            NDManager scope,
            int layer,
            NDArray queries,
            NDArray keys,
            int held,
            int end,
            Observation observation) {
        int available = Math.toIntExact(queries.getShape().get(1));
        int rows = Math.min(observation.queries(), available);
        NDArray last = model.graph()
                .call("rows")
                .with(queries)
                .with(available - rows)
                .with(rows)
                .tensor(scope);
        NDArray visible =
                model.graph().call("rows").with(keys).with(0).with(held).tensor(scope);
        return AttentionScores.of(
                model,
                scope,
                last,
                visible,
                model.shape().layer(layer).window(),
                end - rows,
                observation.candidateKeys(),
                new float[0],
                new AttentionScores.Reductions(
                        observation.overQueries(), observation.overGroup(), observation.sharedByHeads(), 1));
    }

    /** Moves the kept keys of a layer, and the tail if it is kept, to the slot. */
    void gather(
            DecoderModel model,
            NDManager scope,
            int layer,
            KeptKeys kept,
            NDArray keys,
            NDArray values,
            int tokens,
            KvSlot slot) {
        int[] tail = keepsTail ? IntStream.range(firstOfTail(), tokens).toArray() : new int[0];
        int[][] places = new int[kept.perHead().length][];
        for (int head = 0; head < places.length; head++) {
            int[] chosen = kept.perHead()[head];
            places[head] = Arrays.copyOf(chosen, chosen.length + tail.length);
            System.arraycopy(tail, 0, places[head], chosen.length, tail.length);
            slot.setLength(layer, head, places[head].length);
        }
        int longest = slot.longest(layer);
        if (longest > slot.arena().capacity()) {
            throw new io.speckv.engine.PromptTooLongException(
                    longest, slot.arena().capacity());
        }
        slot.arena().reach(slot, longest);
        model.graph()
                .call("gather")
                .with(keys)
                .with(values)
                .with(rectangle(scope, places))
                .with(slot.arena().keys(layer))
                .with(slot.arena().values(layer))
                .with(slot.index())
                .run();
    }

    /** Returns rows of different lengths as {@code [rows, longest]}. Short rows are filled up with 0. */
    static NDArray rectangle(NDManager scope, int[][] rows) {
        int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
        long[] flat = new long[rows.length * longest];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < rows[row].length; i++) {
                flat[row * longest + i] = rows[row][i];
            }
        }
        return scope.create(flat, new Shape(rows.length, longest));
    }
}
