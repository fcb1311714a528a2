package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceName;
import io.speckv.engine.sampling.LogitChanges;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenDraw;
import io.speckv.engine.sampling.TokenLogprobs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the tokens of all rows of a step in one call on the device, so that no logits are copied to the host. The tokens are
 * those that {@link io.speckv.engine.sampling.Sampler} chooses, unless a draw falls between two tokens by less than the
 * rounding of float64.
 */
public final class DeviceSampler implements AutoCloseable {
    /** Rows whose weights are in float64 at the same time: 16 MB for each array of them, of a vocabulary of 128k. */
    private static final int BLOCK_ROWS = 16;

    private static final int DRAW_NUMBERS = 5;
    private static final int CHANGE_NUMBERS = 4;
    /** Of a result: token, highest logit, log probability. */
    private static final int FIXED_NUMBERS = 3;

    private final Graph graph;

    /** @param device where the logits are */
    DeviceSampler(DeviceName device) {
        graph = Graph.load("sampling", GraphArchive.pack("Sampling", Map.of(), "sampling.py"), device);
    }

    /**
     * Returns a sampler on the device of a model; the caller closes it.
     *
     * @throws IllegalArgumentException if the model's head is trimmed: its logits are no whole vocabulary
     */
    public static DeviceSampler of(DecoderModel model) {
        if (model.hasTrimmedHead()) {
            throw new IllegalArgumentException("tokens of a trimmed head are chosen on the host");
        }
        return new DeviceSampler(model.device());
    }

    /**
     * Returns the token of each row.
     *
     * @param logits {@code [rows, vocabSize]} of the whole vocabulary, float32
     * @param draws one for each row
     */
    List<ChosenToken> choose(NDManager scope, NDArray logits, List<TokenDraw> draws) {
        int vocabSize = Math.toIntExact(logits.getShape().get(1));
        List<SamplingSettings> settings =
                draws.stream().map(TokenDraw::settings).toList();
        int mostAlternatives =
                settings.stream().mapToInt(SamplingSettings::logprobs).max().orElse(SamplingSettings.NO_LOGPROBS);
        int alternatives = Math.min(Math.max(0, mostAlternatives), vocabSize);
        int mostK = draws.stream().mapToInt(draw -> topK(draw, vocabSize)).max().orElse(0);
        double[] numbers = graph.call("choose")
                .with(logits)
                .with(drawNumbers(scope, draws, vocabSize))
                .with(changeNumbers(scope, draws, vocabSize))
                .with(!draws.stream().allMatch(TokenDraw::isGreedy))
                .with(mostK)
                .with(settings.stream().anyMatch(one -> one.topP() < 1))
                .with(mostAlternatives != SamplingSettings.NO_LOGPROBS)
                .with(alternatives)
                .with(BLOCK_ROWS)
                .tensor(scope)
                .toDoubleArray();
        List<ChosenToken> chosen = new ArrayList<>();
        int width = FIXED_NUMBERS + 2 * alternatives;
        for (int row = 0; row < draws.size(); row++) {
            chosen.add(
                    chosen(numbers, row * width, alternatives, settings.get(row).logprobs()));
        }
        return chosen;
    }

    /** Returns the top-k of a draw; 0 if no token is left out. */
    private static int topK(TokenDraw draw, int vocabSize) {
        int topK = draw.settings().topK();
        return draw.isGreedy() || topK >= vocabSize ? 0 : topK;
    }

    private static NDArray drawNumbers(NDManager scope, List<TokenDraw> draws, int vocabSize) {
        double[] numbers = new double[draws.size() * DRAW_NUMBERS];
        int next = 0;
        for (TokenDraw draw : draws) {
            numbers[next++] = draw.settings().temperature();
            numbers[next++] = topK(draw, vocabSize);
            numbers[next++] = draw.settings().topP();
            numbers[next++] = draw.settings().minP();
            numbers[next++] = draw.point();
        }
        return scope.create(numbers, new Shape(draws.size(), DRAW_NUMBERS));
    }

    private static NDArray changeNumbers(NDManager scope, List<TokenDraw> draws, int vocabSize) {
        int all =
                draws.stream().mapToInt(draw -> draw.changes().tokens().length).sum();
        double[] numbers = new double[all * CHANGE_NUMBERS];
        int next = 0;
        for (int row = 0; row < draws.size(); row++) {
            LogitChanges changes = draws.get(row).changes();
            for (int i = 0; i < changes.tokens().length && changes.tokens()[i] < vocabSize; i++) {
                numbers[next++] = (double) row * vocabSize + changes.tokens()[i];
                numbers[next++] = changes.biases()[i];
                numbers[next++] = changes.repetitions()[i];
                numbers[next++] = changes.subtracted()[i];
            }
        }
        double[] known = Arrays.copyOf(numbers, next);
        return scope.create(known, new Shape(next / CHANGE_NUMBERS, CHANGE_NUMBERS));
    }

    private static ChosenToken chosen(double[] numbers, int first, int alternatives, int reported) {
        int token = (int) numbers[first];
        float highest = (float) numbers[first + 1];
        if (reported == SamplingSettings.NO_LOGPROBS) {
            return new ChosenToken(token, highest, Optional.empty());
        }
        int count = Math.min(reported, alternatives);
        int[] topTokens = new int[count];
        float[] topLogprobs = new float[count];
        for (int i = 0; i < count; i++) {
            topLogprobs[i] = (float) numbers[first + FIXED_NUMBERS + i];
            topTokens[i] = (int) numbers[first + FIXED_NUMBERS + alternatives + i];
        }
        TokenLogprobs logprobs = new TokenLogprobs(token, (float) numbers[first + 2], topTokens, topLogprobs);
        return new ChosenToken(token, highest, Optional.of(logprobs));
    }

    @Override
    public void close() {
        graph.close();
    }
}
