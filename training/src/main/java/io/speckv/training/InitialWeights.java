package io.speckv.training;

import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Initial weights from which a model learns matching in minutes. Matrices are normal with deviation 1 / sqrt(fan-in), norms
 * are 1, and some heads attend to an earlier token from the first step on.
 *
 * <p>With rotary positions, a key bias u and a query bias u rotated by -r positions score highest r tokens back. Heads 1, 2
 * and 3 of the first layer look back 1, 2 and 3 tokens. Head 1 of the second layer looks back 1 token. Training may change
 * this.
 */
final class InitialWeights {
    /** Length of the bias in each of the {@link #PAIRS} fastest rotary pairs. */
    private static final float BIAS = 6;

    private static final int PAIRS = 8;
    private static final int FARTHEST = 3;

    private final ModelShape shape;
    private final Map<String, float[]> weights = new LinkedHashMap<>();

    private InitialWeights(ModelShape shape) {
        this.shape = shape;
    }

    /** Returns every tensor of a Qwen2 model, flattened, by name; equal for equal seeds. */
    static Map<String, float[]> of(ModelShape shape, long seed) {
        InitialWeights initial = new InitialWeights(shape);
        Random random = new Random(seed);
        WeightLayout.of(shape).forEach((name, size) -> initial.weights.put(name, tensor(name, size, random)));
        for (int head = 1; head <= Math.min(FARTHEST, shape.heads() - 1); head++) {
            initial.lookBack(0, head, head);
        }
        if (shape.layers() > 1 && shape.heads() > 1) {
            initial.lookBack(1, 1, 1);
        }
        return initial.weights;
    }

    private static float[] tensor(String name, long[] size, Random random) {
        float[] values = new float[(int) Arrays.stream(size).reduce(1, Math::multiplyExact)];
        if (size.length == 1) {
            Arrays.fill(values, name.endsWith(".bias") ? 0 : 1);
            return values;
        }
        double deviation = 1 / Math.sqrt((double) size[1]);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private void lookBack(int layer, int head, int distance) {
        String attention = "model.layers." + layer + ".self_attn.";
        float[] query = weights.getOrDefault(attention + "q_proj.bias", new float[0]);
        float[] key = weights.getOrDefault(attention + "k_proj.bias", new float[0]);
        float[] frequencies = shape.rope().inverseFrequencies(shape.headDim(), 1);
        int half = shape.headDim() / 2;
        int queryRow = head * shape.headDim();
        int keyRow = head / shape.group() * shape.headDim();
        for (int pair = 0; pair < Math.min(PAIRS, half); pair++) {
            double angle = -distance * frequencies[pair];
            key[keyRow + pair] = BIAS;
            query[queryRow + pair] = (float) (BIAS * Math.cos(angle));
            query[queryRow + pair + half] = (float) (BIAS * Math.sin(angle));
        }
    }
}
