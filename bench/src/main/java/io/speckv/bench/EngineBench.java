package io.speckv.bench;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.HardwareLimits;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PromptPass;
import io.speckv.evals.stats.Median;
import io.speckv.selection.cache.FullCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Measures how fast the engine prefills and decodes one checkpoint, beside the limits of the machine. */
public final class EngineBench {
    /** Tokens that are decoded after a prompt; the median of their times counts. */
    public static final int DECODE_STEPS = 24;

    private static final int BATCH = 16;
    private static final int WARM_UP_TOKENS = 64;

    private final ModelSize size;
    private final Path checkpoint;

    public EngineBench(ModelSize size, Path checkpoint) {
        this.size = size;
        this.checkpoint = checkpoint;
    }

    /**
     * One line of the benchmark.
     *
     * @param promptTokens length of the prompt
     * @param loadSeconds time to open the checkpoint
     * @param prefillTokensPerSecond of one prompt
     * @param prefillShare share of the matrix-product rate of {@code limits}, in the same precision, 0 to 1
     * @param decodeTokensPerSecond of one stream after the prompt
     * @param decodeShare share of the bandwidth of {@code limits}, 0 to 1
     * @param batchSpeedup tokens/s of {@value #BATCH} streams together over one
     * @param peakBytes peak resident memory of the process so far
     * @param limits of the machine, measured just before, since those of a shared machine change from minute to minute
     */
    public record Line(
            String shape,
            String precision,
            int promptTokens,
            double loadSeconds,
            double prefillTokensPerSecond,
            double prefillShare,
            double decodeTokensPerSecond,
            double decodeShare,
            double batchSpeedup,
            long peakBytes,
            HardwareLimits limits) {}

    /**
     * Runs the precision in {@code options} at several prompt lengths. The model is opened again for each length, so that the
     * limits are measured without it.
     */
    public List<Line> run(ModelOptions options, int... prompts) {
        List<Line> lines = new ArrayList<>();
        for (int prompt : prompts) {
            HardwareLimits limits = HardwareLimits.measure(options.device(), options.precision());
            long started = System.nanoTime();
            try (DecoderModel model = DecoderModel.open(checkpoint, options)) {
                double loadSeconds = seconds(started);
                prefill(model, WARM_UP_TOKENS);
                lines.add(measure(model, limits, loadSeconds, prompt));
            }
        }
        return lines;
    }

    Line measure(DecoderModel model, HardwareLimits limits, double loadSeconds, int prompt) {
        double prefillSeconds = prefill(model, prompt);
        double single = decode(model, prompt, 1);
        int shared = Math.max(1, prompt / BATCH);
        double batched = decode(model, shared, BATCH);
        double singleShort = decode(model, shared, 1);
        int weightBytes = weightBytes(model.precision());
        double bytes = size.decodeBytes(prompt + DECODE_STEPS / 2, weightBytes, model.kvBytesPerNumber());
        return new Line(
                size.label(),
                model.precision().toString(),
                prompt,
                loadSeconds,
                prompt / prefillSeconds,
                size.prefillFlops(prompt) / prefillSeconds / limits.multiplyFlops(),
                1 / single,
                bytes / single / limits.readBytes(),
                BATCH * singleShort / batched,
                ResidentMemory.peakBytes(),
                limits);
    }

    private static int weightBytes(Precision precision) {
        return switch (precision) {
            case FP32 -> Float.BYTES;
            case INT8 -> 1;
            case AUTO, BF16 -> Short.BYTES;
        };
    }

    private double prefill(DecoderModel model, int tokens) {
        try (KvArena arena = model.newArena(1, tokens)) {
            KvSlot slot = arena.take();
            long started = System.nanoTime();
            fill(model, slot, tokens);
            return seconds(started);
        }
    }

    /** Prefills a prompt of random tokens. */
    static void fill(DecoderModel model, KvSlot slot, int tokens) {
        Eviction none = new Eviction(new FullCache(), tokens, 0, false);
        int[] prompt =
                new Random(tokens).ints(tokens, 3, model.shape().vocabSize()).toArray();
        try (PromptPass pass = PromptPass.start(model, slot, none)) {
            pass.feed(prompt, true, YieldPoint.NONE);
            pass.lastLogits(1);
        }
    }

    /** Returns the median seconds of a step of {@code streams} sequences with {@code cached} tokens each. */
    private double decode(DecoderModel model, int cached, int streams) {
        try (KvArena arena = model.newArena(streams, cached + DECODE_STEPS)) {
            List<KvSlot> slots = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                KvSlot slot = arena.take();
                fill(model, slot, cached);
                slots.add(slot);
            }
            int[] tokens = new int[streams];
            Arrays.fill(tokens, 7);
            double[] steps = new double[DECODE_STEPS];
            for (int i = 0; i < DECODE_STEPS; i++) {
                long started = System.nanoTime();
                DecodeStep.run(model, slots, tokens);
                steps[i] = seconds(started);
            }
            return Median.of(steps);
        }
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }
}
