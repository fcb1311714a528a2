package io.speckv.bench.device;

import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.Way;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.generate.TargetPrompt;
import io.speckv.engine.torch.Capabilities;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures the cost of each precision on a device, with layers of a realistic width and random weights. */
public final class PrecisionCosts {
    private static final ModelSize SIZE = ModelSize.parse("two-layers");
    private static final int PROMPT = 256;
    private static final int REPEATS = 3;
    private static final int STEPS = 12;

    private PrecisionCosts() {}

    /**
     * The cost of one precision, as multiples of the fastest precision's time.
     *
     * @param prefill of a prompt, 1 or more
     * @param decode of a token, 1 or more
     */
    public record Cost(double prefill, double decode) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "prefill takes %.1f, decode %.1f times the fastest's time", prefill, decode);
        }
    }

    private record Seconds(double prefill, double decode) {}

    /**
     * Measures the precisions that the device supports.
     *
     * @param weights folder for the random checkpoint
     */
    public static Map<Precision, Cost> measure(DeviceName device, List<Precision> precisions, Path weights)
            throws IOException {
        Path checkpoint = RandomCheckpoint.of(SIZE, weights);
        Map<Precision, Seconds> seconds = new LinkedHashMap<>();
        for (Precision precision : precisions) {
            if (!(Capabilities.of(device).way(precision, Kernels.AUTO) instanceof Way.Refused)) {
                ModelOptions options = ModelOptions.DEFAULTS.withDevice(device).withPrecision(precision);
                try (DecoderModel model = DecoderModel.open(checkpoint, options)) {
                    seconds.put(precision, seconds(model));
                }
            }
        }
        double prefill =
                seconds.values().stream().mapToDouble(Seconds::prefill).min().orElse(1);
        double decode =
                seconds.values().stream().mapToDouble(Seconds::decode).min().orElse(1);
        Map<Precision, Cost> costs = new LinkedHashMap<>();
        seconds.forEach((precision, own) -> costs.put(precision, new Cost(own.prefill / prefill, own.decode / decode)));
        return costs;
    }

    /** Returns the best of several tries, since other users of the machine only make a try longer. */
    private static Seconds seconds(DecoderModel model) {
        TargetPrompt prompt = TargetPrompt.contiguous(Answers.prompt(1, PROMPT), new FullCache(), new int[0], false);
        double prefill = Double.POSITIVE_INFINITY;
        double decode = Double.POSITIVE_INFINITY;
        try (KvArena arena = model.newArena(1, PROMPT + STEPS)) {
            for (int i = 0; i < REPEATS; i++) {
                KvSlot slot = arena.take();
                long started = System.nanoTime();
                new TargetPrefill(model).run(slot, prompt, Answers.GREEDY, YieldPoint.NONE);
                prefill = Math.min(prefill, since(started));
                for (int step = 0; step < STEPS; step++) {
                    started = System.nanoTime();
                    DecodeStep.run(model, List.of(slot), new int[] {1});
                    decode = Math.min(decode, since(started));
                }
                slot.release();
            }
        }
        return new Seconds(prefill, decode);
    }

    private static double since(long started) {
        return (System.nanoTime() - started) / 1e9;
    }
}
