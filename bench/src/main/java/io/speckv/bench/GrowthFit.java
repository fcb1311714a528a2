package io.speckv.bench;

/**
 * How a cost grows with length: {@code cost = scale * length^exponent}, fitted by least squares of the logarithms.
 *
 * @param exponent 1 for linear growth, 2 for quadratic
 */
public record GrowthFit(double scale, double exponent) {
    /**
     * Returns the fit through {@code costs[i]} at {@code lengths[i]}.
     *
     * @throws IllegalArgumentException if there are fewer than two different lengths, or a value is not above 0
     */
    public static GrowthFit of(double[] lengths, double[] costs) {
        if (lengths.length != costs.length) {
            throw new IllegalArgumentException(lengths.length + " lengths but " + costs.length + " costs");
        }
        double meanLength = meanLog(lengths);
        double meanCost = meanLog(costs);
        double product = 0;
        double squares = 0;
        for (int i = 0; i < lengths.length; i++) {
            double x = Math.log(lengths[i]) - meanLength;
            product += x * (Math.log(costs[i]) - meanCost);
            squares += x * x;
        }
        if (squares == 0) {
            throw new IllegalArgumentException("a fit needs at least two different lengths");
        }
        double exponent = product / squares;
        return new GrowthFit(Math.exp(meanCost - exponent * meanLength), exponent);
    }

    private static double meanLog(double[] values) {
        double sum = 0;
        for (double value : values) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("a fit in logarithms needs values above 0, found " + value);
            }
            sum += Math.log(value);
        }
        return sum / values.length;
    }
}
