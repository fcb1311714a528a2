package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.serving.OverlapBench;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the time that is saved when a target reads the prompt before the lookahead has arrived. */
@Command(
        name = "overlap",
        mixinStandardHelpOptions = true,
        description = "What it saves that the target reads while the draft still drafts: SpecKV on a live target, with"
                + " lookahead that comes a fixed time after the prompt.")
final class BenchOverlapCommand implements Callable<Integer> {
    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint of the target (the bundled one)")
    Path target = BundledPair.targetFolder();

    @Option(names = "--dtype", defaultValue = "auto", description = "fp32, bf16, int8 or auto (${DEFAULT-VALUE})")
    String dtype = "auto";

    @Option(
            names = "--prompt",
            converter = Numbers.AtLeastOne.class,
            split = ",",
            defaultValue = "256,512,1024,2048,4096",
            description = "lengths (${DEFAULT-VALUE})")
    int[] prompts = {};

    @Option(
            names = "--turns",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "15",
            description = "of each way (${DEFAULT-VALUE})")
    int turns;

    @Option(
            names = "--drafting-ms",
            converter = Numbers.AtLeastZero.class,
            defaultValue = "450",
            description = "milliseconds from prompt to lookahead (${DEFAULT-VALUE})")
    int draftingMillis;

    @Option(
            names = "--keep-pairs",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "64",
            description = "KV pairs kept per head (${DEFAULT-VALUE})")
    int keepPairs;

    @Option(
            names = "--lookahead",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "32",
            description = "draft tokens (${DEFAULT-VALUE})")
    int lookahead;

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException {
        List<OverlapBench.Line> lines = new ArrayList<>();
        int longest = Arrays.stream(prompts).max().orElseThrow();
        try (OverlapBench bench = new OverlapBench(
                target,
                dtype,
                longest,
                Duration.ofMillis(draftingMillis),
                new OverlapBench.Budgets(keepPairs, lookahead))) {
            System.out.printf(
                    "SpecKV, %d KV pairs kept, %d lookahead tokens %d ms after the prompt; medians of %d%n%n",
                    keepPairs, lookahead, draftingMillis, turns);
            System.out.println(" prompt   lookahead to first token, ms   target idle until first token");
            System.out.println(" tokens      waiting    early   saved           waiting    early");
            for (int prompt : prompts) {
                OverlapBench.Line line = bench.measure(prompt, turns);
                lines.add(line);
                System.out.printf(
                        "%7d     %8.0f %8.0f %7.0f          %7.0f%% %7.0f%%%n",
                        line.promptTokens(),
                        line.waiting().waitSeconds() * 1e3,
                        line.early().waitSeconds() * 1e3,
                        (line.waiting().waitSeconds() - line.early().waitSeconds()) * 1e3,
                        line.waiting().idleShare() * 100,
                        line.early().idleShare() * 100);
            }
        }
        if (json != null) {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), lines);
        }
        return 0;
    }
}
