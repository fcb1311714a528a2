package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.bench.serving.LiveServices;
import io.speckv.bench.serving.ThroughputBench;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.Method;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures many clients at once, with and without compression, in the same cache memory. */
@Command(
        name = "throughput",
        mixinStandardHelpOptions = true,
        description =
                "Many clients at once through router, draft and target: SpecKV-PC beside the full cache in the same"
                        + " cache memory.")
final class BenchThroughputCommand implements Callable<Integer> {
    private static final String CASCADE = "speckv-pc";

    @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "target's shape (${DEFAULT-VALUE})")
    String shape = "qwen2.5-0.5b";

    @Option(names = "--draft-shape", defaultValue = "qwen2.5-60m", description = "draft's shape (${DEFAULT-VALUE})")
    String draftShape = "qwen2.5-60m";

    @Option(names = "--dtype", defaultValue = "auto", description = "of both (${DEFAULT-VALUE})")
    String dtype = "auto";

    @Option(
            names = "--clients",
            converter = Numbers.AtLeastOne.class,
            split = ",",
            defaultValue = "1,4,16",
            description = "at once (${DEFAULT-VALUE})")
    int[] clients = {};

    @Option(
            names = "--requests",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "4",
            description = "of each client (${DEFAULT-VALUE})")
    int requests;

    @Option(
            names = "--prompt-min",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "2048",
            description = "shortest prompt (${DEFAULT-VALUE})")
    int promptMin;

    @Option(
            names = "--prompt-max",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "8192",
            description = "longest prompt (${DEFAULT-VALUE})")
    int promptMax;

    @Option(
            names = "--new-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "256",
            description = "of every answer (${DEFAULT-VALUE})")
    int newTokens;

    @Option(
            names = "--keep-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "512",
            description = "prompt tokens kept (${DEFAULT-VALUE})")
    int keepTokens;

    @Option(
            names = "--keep-pairs",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "256",
            description = "KV pairs kept per head (${DEFAULT-VALUE})")
    int keepPairs;

    @Option(
            names = "--slots",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "64",
            description = "cache slots with compression (${DEFAULT-VALUE})")
    int slots;

    @Option(
            names = "--full",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "run the full cache beside it or not (run it)")
    boolean full;

    @Option(
            names = "--tokenizer",
            converter = OptionPaths.InputFolder.class,
            paramLabel = "DIR",
            description = "model folder whose tokenizer the random weights get (the bundled target)")
    Path tokenizer = BundledPair.targetFolder();

    @Option(
            names = "--weights",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "where random weights are kept (temporary folder)")
    Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException {
        if (promptMin > promptMax) {
            throw new WrongInputException(
                    "--prompt-min is " + promptMin + "; it must be at most --prompt-max, " + promptMax);
        }
        Method cascade = cascade();
        ModelSize size = size(shape);
        Path target = folder(size);
        Path draft = folder(size(draftShape).sharingVocabularyOf(size));
        int tail = 1 + Math.max(newTokens, LiveServices.LOOKAHEAD_TOKENS_MAX);
        int slotTokens = keepPairs + tail;
        int fullTokens = promptMax + tail;
        int fullSlots = Math.max(1, slots * slotTokens / fullTokens);
        List<ThroughputBench.Outcome> outcomes = new ArrayList<>();
        System.out.printf(
                "%s behind %s, prompts of %d to %d tokens, %d new; cache memory for %d compressed or %d full"
                        + " requests%n",
                shape, draftShape, promptMin, promptMax, newTokens, slots, fullSlots);
        run(
                outcomes,
                new LiveServices.Setup(target, draft, dtype, promptMax, slots, slotTokens, 0, fullTokens),
                cascade,
                size);
        if (full) {
            run(
                    outcomes,
                    new LiveServices.Setup(target, draft, dtype, promptMax, 0, slotTokens, fullSlots, fullTokens),
                    Method.newBuilder().setName("full").build(),
                    size);
        }
        if (json != null) {
            write(outcomes, json);
        }
        return 0;
    }

    /** Returns the method. Budgets that it cannot have are reported before gigabytes of random weights are written. */
    private Method cascade() {
        Map<String, Object> settings = Map.of(
                "specpc", Map.of("max_capacity_prompt", keepTokens, "lookahead_tokens", 8),
                "speckv", Map.of("max_capacity_prompt", keepPairs));
        try {
            var unused = Methods.of(CASCADE, settings);
        } catch (InvalidSettingException e) {
            throw new WrongInputException(
                    "--keep-tokens is " + keepTokens + " and --keep-pairs is " + keepPairs + ": " + e.getMessage(), e);
        }
        return MethodSettings.toProto(CASCADE, settings);
    }

    private void run(List<ThroughputBench.Outcome> outcomes, LiveServices.Setup setup, Method method, ModelSize size)
            throws IOException {
        try (LiveServices services = new LiveServices(setup)) {
            ThroughputBench bench = new ThroughputBench(services, size.shape().vocabSize());
            bench.run(new ThroughputBench.Load(method, 1, 1, 0, promptMin, promptMin, 8));
            System.out.printf("%n%s%n", method.getName());
            System.out.println("clients  requests/s  tokens/s   first token s      between ms      most at");
            System.out.println("                                  p50      p99      p50     p99       once");
            for (int count : clients) {
                ThroughputBench.Outcome outcome = bench.run(new ThroughputBench.Load(
                        method, count, count * requests, 0.1, promptMin, promptMax, newTokens));
                outcomes.add(outcome);
                System.out.printf(
                        "%7d  %10.3f  %8.1f  %7.2f  %7.2f  %7.1f %7.1f  %9d%n",
                        count,
                        outcome.requestsPerSecond(),
                        outcome.tokensPerSecond(),
                        outcome.firstToken().median(),
                        outcome.firstToken().tail(),
                        outcome.betweenTokens().median() * 1e3,
                        outcome.betweenTokens().tail() * 1e3,
                        outcome.slotsMost());
            }
        }
    }

    private Path folder(ModelSize size) throws IOException {
        Path folder = RandomCheckpoint.of(size, weights);
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            if (Files.notExists(folder.resolve(file))) {
                Files.copy(tokenizer.resolve(file), folder.resolve(file));
            }
        }
        return folder;
    }

    private static ModelSize size(String label) {
        return WrongInputException.ifRefused(() -> ModelSize.parse(label));
    }

    private static void write(List<ThroughputBench.Outcome> outcomes, Path json) throws IOException {
        List<Object> rows = new ArrayList<>();
        for (ThroughputBench.Outcome outcome : outcomes) {
            rows.add(Map.of(
                    "method", outcome.load().method().getName(),
                    "clients", outcome.load().clients(),
                    "requests_per_second", outcome.requestsPerSecond(),
                    "tokens_per_second", outcome.tokensPerSecond(),
                    "first_token", outcome.firstToken(),
                    "between_tokens", outcome.betweenTokens(),
                    "most_at_once", outcome.slotsMost()));
        }
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), rows);
    }
}
