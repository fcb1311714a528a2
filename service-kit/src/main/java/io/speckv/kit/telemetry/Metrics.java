package io.speckv.kit.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The instruments behind {@link Metric}. Thread-safe. Attribute values must come from closed sets. */
public final class Metrics {
    private final Meter meter;
    private final Map<Metric, DoubleHistogram> histograms = new EnumMap<>(Metric.class);
    private final Map<Metric, LongCounter> counters = new EnumMap<>(Metric.class);

    Metrics(Meter meter) {
        this.meter = meter;
        for (Metric metric : Metric.values()) {
            if (metric.kind() == Metric.Kind.HISTOGRAM) {
                histograms.put(
                        metric,
                        meter.histogramBuilder(metric.key())
                                .setUnit(metric.unit())
                                .setDescription(metric.description())
                                .setExplicitBucketBoundariesAdvice(metric.buckets())
                                .build());
            } else if (metric.kind() == Metric.Kind.COUNTER) {
                counters.put(
                        metric,
                        meter.counterBuilder(metric.key())
                                .setUnit(metric.unit())
                                .setDescription(metric.description())
                                .build());
            }
        }
    }

    /** Records one value of a histogram, in the metric's unit. */
    public void record(Metric metric, double value, Attributes attributes) {
        DoubleHistogram histogram = histograms.get(metric);
        if (histogram == null) {
            throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a histogram");
        }
        histogram.record(value, attributes);
    }

    /** Adds to a counter. */
    public void add(Metric metric, long amount, Attributes attributes) {
        LongCounter counter = counters.get(metric);
        if (counter == null) {
            throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a counter");
        }
        counter.add(amount, attributes);
    }

    /** Registers {@code value} as the source of a gauge. Call it once for each gauge. */
    public void observe(Metric metric, LongSupplier value) {
        observeEach(metric, () -> Map.of(Attributes.empty(), value.getAsLong()));
    }

    /**
     * Registers {@code values} as the source of a gauge with a value for each set of attributes. Call it once for each
     * gauge.
     */
    public void observeEach(Metric metric, Supplier<Map<Attributes, Long>> values) {
        if (metric.kind() != Metric.Kind.GAUGE) {
            throw new IllegalArgumentException(metric + " is a " + metric.kind() + ", not a gauge");
        }
        var unused = meter.gaugeBuilder(metric.key())
                .ofLongs()
                .setUnit(metric.unit())
                .setDescription(metric.description())
                .buildWithCallback(measurement ->
                        values.get().forEach((attributes, value) -> measurement.record(value, attributes)));
    }
}
