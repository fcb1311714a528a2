package io.speckv.engine.torch;

/** Attention in plain Java, one number after the other: what the graph's fused operators must equal. */
final class ReferenceAttention {
    /** Whether a query may see a key. */
    @FunctionalInterface
    interface Visible {
        boolean test(int head, int query, int key);
    }

    private ReferenceAttention() {}

    /** Softmax weights {@code [heads][queries][keys]} of queries {@code [heads][queries][d]}, keys {@code [kvHeads][keys][d]}. */
    static double[][][] weights(float[][][] queries, float[][][] keys, Visible visible) {
        int group = queries.length / keys.length;
        double[][][] weights = new double[queries.length][queries[0].length][];
        for (int head = 0; head < queries.length; head++) {
            for (int row = 0; row < queries[head].length; row++) {
                weights[head][row] = row(queries[head][row], keys[head / group], head, row, visible);
            }
        }
        return weights;
    }

    private static double[] row(float[] query, float[][] keys, int head, int row, Visible visible) {
        double[] weights = new double[keys.length];
        double sum = 0;
        for (int key = 0; key < keys.length; key++) {
            if (visible.test(head, row, key)) {
                double dot = 0;
                for (int i = 0; i < query.length; i++) {
                    dot += query[i] * keys[key][i];
                }
                weights[key] = Math.exp(dot / Math.sqrt(query.length));
                sum += weights[key];
            }
        }
        for (int key = 0; key < weights.length; key++) {
            weights[key] /= sum;
        }
        return weights;
    }

    /** Mixed values, flat {@code [heads, queries, d]}. */
    static float[] mix(double[][][] weights, float[][][] values) {
        int group = weights.length / values.length;
        int dimension = values[0][0].length;
        float[] mixed = new float[weights.length * weights[0].length * dimension];
        int at = 0;
        for (int head = 0; head < weights.length; head++) {
            for (double[] row : weights[head]) {
                for (int i = 0; i < dimension; i++) {
                    double sum = 0;
                    for (int key = 0; key < row.length; key++) {
                        sum += row[key] * values[head / group][key][i];
                    }
                    mixed[at++] = (float) sum;
                }
            }
        }
        return mixed;
    }
}
