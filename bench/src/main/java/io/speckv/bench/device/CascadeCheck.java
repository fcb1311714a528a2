package io.speckv.bench.device;

import io.speckv.bench.CascadeBench;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs one long prompt through draft and target, and the full prompt through the target alone. */
final class CascadeCheck implements Check {
    private static final int NEW_TOKENS = 32;

    private final CheckSizes sizes;
    private final ModelOptions options;
    private final Path weights;

    /**
     * @param weights folder for the random checkpoints
     */
    CascadeCheck(CheckSizes sizes, ModelOptions options, Path weights) {
        this.sizes = sizes;
        this.options = options;
        this.weights = weights;
    }

    @Override
    public String name() {
        return "cascade of " + sizes.cascadeTokens() + " tokens";
    }

    @Override
    public Seen run() throws IOException {
        ModelSize draftSize = sizes.draft().sharingVocabularyOf(sizes.target());
        int tokens = sizes.cascadeTokens();
        CascadeBench.Budgets budgets =
                new CascadeBench.Budgets(Math.max(256, tokens / 16), Math.max(128, tokens / 64), 8, NEW_TOKENS);
        try (DecoderModel target = DecoderModel.open(RandomCheckpoint.of(sizes.target(), weights), options);
                DecoderModel draft = DecoderModel.open(RandomCheckpoint.of(draftSize, weights), options)) {
            CascadeBench bench = new CascadeBench(target, sizes.target(), draft, draftSize, budgets);
            bench.warmUp(List.of("full", "speckv-pc"));
            CascadeBench.Line full = bench.measure("full", tokens);
            CascadeBench.Line cascade = bench.measure("speckv-pc", tokens);
            Expect.that(
                    cascade.keptTokens() == budgets.promptTokens(),
                    "the target read " + cascade.keptTokens() + " tokens, must have read " + budgets.promptTokens());
            double first = cascade.firstTokenSeconds() / full.firstTokenSeconds();
            double memory = (double) cascade.keptKvBytes() / full.keptKvBytes();
            return new Seen(
                    ("%s behind %s: first token after %.2f s, %.0f%% of the full prompt's %.2f s, in %.1f%% of its KV"
                                    + " memory")
                            .formatted(
                                    sizes.target(),
                                    draftSize,
                                    cascade.firstTokenSeconds(),
                                    first * 100,
                                    full.firstTokenSeconds(),
                                    memory * 100),
                    Map.of("cascade", cascade, "full", full, "firstTokenShare", first, "kvShare", memory));
        }
    }
}
