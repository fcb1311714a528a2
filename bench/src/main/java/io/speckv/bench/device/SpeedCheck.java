package io.speckv.bench.device;

import io.speckv.bench.EngineBench;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.HardwareLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures prefill and decode of random weights, beside the matrix product rate and bandwidth of the same run. */
final class SpeedCheck implements Check {
    private final DeviceName device;
    private final CheckSizes sizes;
    private final Precision precision;
    private final Path weights;

    /**
     * @param weights folder for the random checkpoint
     */
    SpeedCheck(DeviceName device, CheckSizes sizes, Precision precision, Path weights) {
        this.device = device;
        this.sizes = sizes;
        this.precision = precision;
        this.weights = weights;
    }

    @Override
    public String name() {
        return "speed, " + precision;
    }

    @Override
    public Seen run() throws IOException {
        ModelOptions options = ModelOptions.DEFAULTS.withDevice(device).withPrecision(precision);
        EngineBench.Line line = new EngineBench(sizes.target(), RandomCheckpoint.of(sizes.target(), weights))
                .run(options, sizes.promptTokens())
                .get(0);
        HardwareLimits limits = line.limits();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("shape", line.shape());
        figures.put("promptTokens", line.promptTokens());
        figures.put("matrixProductFlops", limits.multiplyFlops());
        figures.put("memoryBytesPerSecond", limits.readBytes());
        figures.put("prefillTokensPerSecond", line.prefillTokensPerSecond());
        figures.put("prefillShare", line.prefillShare());
        figures.put("decodeTokensPerSecond", line.decodeTokensPerSecond());
        figures.put("decodeShare", line.decodeShare());
        figures.put("batchSpeedup", line.batchSpeedup());
        return new Seen(
                ("%s: prefill %.0f tokens/s (%.0f%% of %.1f TFLOP/s), decode %.1f tokens/s (%.0f%% of %.0f GB/s),"
                                + " 16 streams %.1f times one")
                        .formatted(
                                line.shape(),
                                line.prefillTokensPerSecond(),
                                line.prefillShare() * 100,
                                limits.multiplyFlops() / 1e12,
                                line.decodeTokensPerSecond(),
                                line.decodeShare() * 100,
                                limits.readBytes() / 1e9,
                                line.batchSpeedup()),
                figures);
    }
}
