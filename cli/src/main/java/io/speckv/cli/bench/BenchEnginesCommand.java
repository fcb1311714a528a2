package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.ModelSize;
import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.serving.EngineModels;
import io.speckv.bench.serving.EnginesBench;
import io.speckv.cli.options.BundledPair;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures another engine alone and behind the router. */
@Command(
        name = "engines",
        mixinStandardHelpOptions = true,
        description = {
            "Another engine alone and behind draft and router, on this machine: the time to the first token and to the last,"
                    + " and what passing through adds.",
            "Without --engine it writes random weights of real shapes and says how to serve them. With --draft and --tokenizer"
                    + " the engine may serve any model."
        })
final class BenchEnginesCommand implements Callable<Integer> {
    private static final int WARM_UP_COMPRESSED = 20;
    private static final int WARM_UP_PASSING = 400;

    @Mixin
    final ServedEngineArguments engine = new ServedEngineArguments();

    @Option(
            names = "--draft",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint of the draft (random weights)")
    @Nullable
    Path draft;

    @Option(
            names = "--tokenizer",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "folder with the tokenizer of the engine's model beside --draft, else with that of the random"
                    + " weights (the bundled target's)")
    @Nullable
    Path tokenizer;

    @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "of random weights (${DEFAULT-VALUE})")
    String shape = "qwen2.5-0.5b";

    @Option(names = "--draft-shape", defaultValue = "qwen2.5-60m", description = "of the draft's (${DEFAULT-VALUE})")
    String draftShape = "qwen2.5-60m";

    @Option(
            names = "--gguf",
            defaultValue = "Q8_0",
            description = "${COMPLETION-CANDIDATES}: for llama.cpp (${DEFAULT-VALUE})")
    GgufType stored = GgufType.Q8_0;

    @Option(
            names = "--weights",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "where random weights are kept (temporary folder)")
    Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench", "engines");

    @Option(
            names = "--prompt",
            converter = Numbers.AtLeastOne.class,
            split = ",",
            defaultValue = "2048,8192,16384,32768",
            description = "lengths (${DEFAULT-VALUE})")
    int[] prompts = {};

    @Option(
            names = "--keep-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "1024",
            description = "of each prompt (${DEFAULT-VALUE})")
    int keepTokens;

    @Option(
            names = "--lookahead",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "48",
            description = "tokens that score a prompt (${DEFAULT-VALUE})")
    int lookahead;

    @Option(
            names = "--new-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "16",
            description = "of every answer (${DEFAULT-VALUE})")
    int newTokens;

    @Option(
            names = "--rounds",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "5",
            description = "of each length and way (${DEFAULT-VALUE})")
    int rounds;

    @Option(
            names = "--passing-rounds",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "50",
            description = "of prompts that pass whole, from the engine's cache (${DEFAULT-VALUE})")
    int passingRounds;

    @Mixin
    final ModelArguments models = new ModelArguments();

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    /** The folders of the draft and of the tokenizer of the engine's model. */
    private record Pair(Path draft, Path tokenizer) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<URI> asked = engine.address();
        if (draft != null && asked.isEmpty()) {
            throw new WrongInputException("--draft is about an engine that runs: name it with --engine URL");
        }
        if (draft != null && tokenizer == null) {
            throw new WrongInputException(
                    "--draft needs --tokenizer DIR, the folder with the tokenizer of the engine's model");
        }
        if (asked.isEmpty()) {
            tell(written());
            return 0;
        }
        Pair pair = pair();
        EnginesBench.Setup setup = new EnginesBench.Setup(
                asked.get(),
                engine.access.key(),
                engine.access.contextTokens(),
                pair.tokenizer,
                pair.draft,
                models.flags(),
                keepTokens,
                lookahead,
                newTokens);
        List<EnginesBench.Line> lines = new ArrayList<>();
        try (EnginesBench bench = new EnginesBench(setup)) {
            ServedEngineArguments.requireRoom(prompts, bench.longestPrompt());
            bench.warmUp(WARM_UP_COMPRESSED, WARM_UP_PASSING);
            head(bench.engine(), pair);
            for (int prompt : prompts) {
                EnginesBench.Line line = bench.measure(prompt, rounds, passingRounds);
                lines.add(line);
                System.out.println(EnginesTable.line(line));
            }
        }
        if (json != null) {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), Map.of("lines", lines));
        }
        return 0;
    }

    private Pair pair() throws IOException {
        if (draft != null && tokenizer != null) {
            return new Pair(draft, tokenizer);
        }
        EngineModels written = written();
        return new Pair(written.draft(), written.target());
    }

    private EngineModels written() throws IOException {
        EngineModels.Shapes shapes = WrongInputException.ifRefused(
                () -> new EngineModels.Shapes(ModelSize.parse(shape), ModelSize.parse(draftShape), stored));
        Path spelled = tokenizer == null ? BundledPair.targetFolder() : tokenizer;
        try {
            return EngineModels.in(weights, shapes, spelled);
        } catch (IllegalArgumentException e) {
            throw new WrongInputException("--tokenizer and --shape do not fit: " + e.getMessage(), e);
        }
    }

    private void tell(EngineModels written) {
        System.out.printf("llama-server -m %s -c 32768 -np 1 -b 512 --port 8000%n", written.gguf());
        System.out.printf("vllm serve %s --dtype bfloat16 --max-model-len 32768 --port 8000%n", written.target());
        System.out.println("serves the random weights; then ask for --engine http://localhost:8000");
    }

    private void head(String what, Pair pair) {
        System.out.printf("%s; draft %s%n", what, pair.draft.getFileName());
        System.out.printf("%d tokens kept, %d of lookahead; medians of %d%n%n", keepTokens, lookahead, rounds);
        System.out.println(EnginesTable.head(newTokens));
    }
}
