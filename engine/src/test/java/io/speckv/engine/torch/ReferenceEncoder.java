package io.speckv.engine.torch;

import io.speckv.engine.checkpoint.config.EncoderShape;
import java.util.Map;
import java.util.Objects;

/** A token classifier in plain Java and double precision, one number after the other. */
final class ReferenceEncoder {
    private final EncoderShape shape;
    private final Map<String, float[]> weights;
    private final String prefix;

    ReferenceEncoder(EncoderShape shape, Map<String, float[]> weights) {
        this.shape = shape;
        this.weights = weights;
        this.prefix = shape.architecture().tensorPrefix();
    }

    /** Probability of class 1 of every token. */
    double[] keepProbabilities(int[] tokens) {
        double[][] hidden = new double[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            hidden[i] = embed(tokens[i], i);
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            hidden = layer(hidden, prefix + "encoder.layer." + layer + ".");
        }
        double[] keep = new double[tokens.length];
        for (int i = 0; i < keep.length; i++) {
            double[] logits = linear(hidden[i], "classifier");
            keep[i] = 1 / (1 + Math.exp(logits[0] - logits[1]));
        }
        return keep;
    }

    private double[] embed(int token, int place) {
        int width = shape.hiddenSize();
        double[] x = new double[width];
        for (int c = 0; c < width; c++) {
            x[c] = (double) tensor("embeddings.word_embeddings.weight")[token * width + c]
                    + tensor("embeddings.position_embeddings.weight")[(shape.firstPosition() + place) * width + c]
                    + tensor("embeddings.token_type_embeddings.weight")[c];
        }
        return layerNorm(x, prefix + "embeddings.LayerNorm");
    }

    private double[][] layer(double[][] hidden, String layer) {
        double[][] mixed = attention(hidden, layer + "attention.self.");
        double[][] out = new double[hidden.length][];
        for (int i = 0; i < hidden.length; i++) {
            double[] x = layerNorm(
                    add(linear(mixed[i], layer + "attention.output.dense"), hidden[i]),
                    layer + "attention.output.LayerNorm");
            double[] inner = linear(x, layer + "intermediate.dense");
            for (int c = 0; c < inner.length; c++) {
                inner[c] = inner[c] * (1 + erf(inner[c] / Math.sqrt(2))) / 2;
            }
            out[i] = layerNorm(add(linear(inner, layer + "output.dense"), x), layer + "output.LayerNorm");
        }
        return out;
    }

    private double[][] attention(double[][] hidden, String self) {
        int n = hidden.length;
        int width = shape.hiddenSize() / shape.heads();
        double[][] mixed = new double[n][shape.hiddenSize()];
        double[][][] parts = new double[3][n][];
        String[] names = {"query", "key", "value"};
        for (int part = 0; part < 3; part++) {
            for (int i = 0; i < n; i++) {
                parts[part][i] = linear(hidden[i], self + names[part]);
            }
        }
        for (int head = 0; head < shape.heads(); head++) {
            for (int i = 0; i < n; i++) {
                double[] shares = new double[n];
                double sum = 0;
                for (int j = 0; j < n; j++) {
                    double dot = 0;
                    for (int c = head * width; c < (head + 1) * width; c++) {
                        dot += parts[0][i][c] * parts[1][j][c];
                    }
                    shares[j] = Math.exp(dot / Math.sqrt(width));
                    sum += shares[j];
                }
                for (int j = 0; j < n; j++) {
                    for (int c = head * width; c < (head + 1) * width; c++) {
                        mixed[i][c] += shares[j] / sum * parts[2][j][c];
                    }
                }
            }
        }
        return mixed;
    }

    private double[] linear(double[] x, String name) {
        float[] weight = Objects.requireNonNull(weights.get(name + ".weight"));
        float[] bias = Objects.requireNonNull(weights.get(name + ".bias"));
        double[] y = new double[bias.length];
        for (int row = 0; row < y.length; row++) {
            y[row] = bias[row];
            for (int c = 0; c < x.length; c++) {
                y[row] += weight[row * x.length + c] * x[c];
            }
        }
        return y;
    }

    private double[] layerNorm(double[] x, String name) {
        double mean = 0;
        for (double number : x) {
            mean += number / x.length;
        }
        double variance = 0;
        for (double number : x) {
            variance += (number - mean) * (number - mean) / x.length;
        }
        float[] weight = Objects.requireNonNull(weights.get(name + ".weight"));
        float[] bias = Objects.requireNonNull(weights.get(name + ".bias"));
        double[] y = new double[x.length];
        for (int c = 0; c < y.length; c++) {
            y[c] = (x[c] - mean) / Math.sqrt(variance + shape.layerNormEps()) * weight[c] + bias[c];
        }
        return y;
    }

    private static double[] add(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int c = 0; c < sum.length; c++) {
            sum[c] += b[c];
        }
        return sum;
    }

    /** Its power series, which is exact to ten digits where erf is not yet 1. */
    static double erf(double x) {
        if (Math.abs(x) > 4) {
            return Math.signum(x);
        }
        double power = x;
        double sum = x;
        for (int n = 1; n < 100; n++) {
            power *= -x * x / n;
            sum += power / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    private float[] tensor(String name) {
        return Objects.requireNonNull(weights.get(prefix + name));
    }
}
