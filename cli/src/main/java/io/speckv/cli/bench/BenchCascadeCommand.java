package io.speckv.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.bench.Accelerator;
import io.speckv.bench.CascadeBench;
import io.speckv.bench.CascadePage;
import io.speckv.bench.CascadeProjection;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.bench.serving.AnswerTiming;
import io.speckv.bench.serving.EngineAlone;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.HardwareLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures every method from prompt to answer, and projects the cost on an accelerator. */
@Command(
        name = "cascade",
        mixinStandardHelpOptions = true,
        description = "Every method from prompt to answer: time, memory, growth with length.")
final class BenchCascadeCommand implements Callable<Integer> {
    @Option(names = "--shape", defaultValue = "qwen2.5-0.5b", description = "target's shape (${DEFAULT-VALUE})")
    String shape = "qwen2.5-0.5b";

    @Option(names = "--draft-shape", defaultValue = "qwen2.5-60m", description = "draft's shape (${DEFAULT-VALUE})")
    String draftShape = "qwen2.5-60m";

    @Option(
            names = "--prompt",
            converter = Numbers.AtLeastOne.class,
            split = ",",
            defaultValue = "2048,4096,8192",
            description = "lengths (${DEFAULT-VALUE})")
    int[] prompts = {};

    @Option(
            names = "--methods",
            split = ",",
            defaultValue = "full,snapkv,laq++,specprefill,specpc,speckv,speckv-pc",
            description = "of ${DEFAULT-VALUE}")
    List<String> methods = List.of();

    @Option(
            names = "--keep-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "1024",
            description = "prompt tokens kept (${DEFAULT-VALUE})")
    int keepTokens;

    @Option(
            names = "--keep-pairs",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "256",
            description = "KV pairs kept per head (${DEFAULT-VALUE})")
    int keepPairs;

    @Option(
            names = "--lookahead",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "8",
            description = "draft tokens (${DEFAULT-VALUE})")
    int lookahead;

    @Option(
            names = "--new-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "64",
            description = "tokens generated (${DEFAULT-VALUE})")
    int newTokens;

    @Mixin
    final ModelArguments models = new ModelArguments();

    @Option(
            names = "--weights",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "where random weights are kept (temporary folder)")
    Path weights = Path.of(System.getProperty("java.io.tmpdir"), "speckv-bench");

    @Mixin
    final ServedEngineArguments others = new ServedEngineArguments();

    @Option(
            names = "--json",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the figures as JSON as well")
    @Nullable
    Path json;

    @Option(
            names = "--html",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write charts as one HTML page")
    @Nullable
    Path html;

    @Spec
    CommandSpec spec = CommandSpec.create();

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws IOException {
        for (String method : methods) {
            if (!CascadeBench.methods().contains(method)) {
                throw new WrongInputException("--methods is '" + method + "'; there are " + CascadeBench.methods());
            }
        }
        ModelSize targetSize = size(shape);
        ModelSize draftSize = size(draftShape).sharingVocabularyOf(targetSize);
        CascadeBench.Budgets budgets = new CascadeBench.Budgets(keepTokens, keepPairs, lookahead, newTokens);
        Optional<EngineAlone> engine = others.open();
        engine.ifPresent(asked -> ServedEngineArguments.requireRoom(prompts, asked.contextTokens() - newTokens));
        List<CascadeBench.Line> lines = new ArrayList<>();
        Map<Integer, AnswerTiming> engineTimes = new LinkedHashMap<>();
        CascadeTable table = new CascadeTable(out, newTokens);
        HardwareLimits limit;
        try (DecoderModel target = DecoderModel.open(RandomCheckpoint.of(targetSize, weights), models.options());
                DecoderModel draft = DecoderModel.open(RandomCheckpoint.of(draftSize, weights), models.options())) {
            limit = HardwareLimits.measure(models.options().device(), target.precision());
            out.printf(
                    "%s behind %s, %s: matrix products %.0f GFLOP/s%n",
                    targetSize, draftSize, target.precision(), limit.multiplyFlops() / 1e9);
            CascadeBench bench = new CascadeBench(target, targetSize, draft, draftSize, budgets);
            bench.warmUp(methods);
            engine.ifPresent(asked -> out.println("The engine is " + asked.describe()));
            for (int prompt : prompts) {
                table.heading(prompt);
                List<CascadeBench.Line> here = new ArrayList<>();
                for (String method : methods) {
                    here.add(bench.measure(method, prompt));
                    table.row(here.get(here.size() - 1), here, limit);
                }
                lines.addAll(here);
                if (engine.isPresent()) {
                    ask(engine.get(), bench.prompt(prompt), here, table)
                            .ifPresent(times -> engineTimes.put(prompt, times));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        }
        if (prompts.length > 1) {
            table.growth(methods, lines);
        }
        List<CascadeProjection> projections = projections(budgets, limit, lines, table);
        write(lines, projections, engineTimes);
        return 0;
    }

    private static ModelSize size(String label) {
        return WrongInputException.ifRefused(() -> ModelSize.parse(label));
    }

    /** Asks the engine the same. If that fails, the other measurements are still printed. */
    private Optional<AnswerTiming> ask(
            EngineAlone engine, int[] prompt, List<CascadeBench.Line> here, CascadeTable table) {
        try {
            AnswerTiming times = engine.ask(prompt, newTokens);
            table.engine(times, here);
            return Optional.of(times);
        } catch (IOException e) {
            table.engineFailed(e);
            return Optional.empty();
        }
    }

    /** Computes the costs. The only measured input is the share of the matrix product rate of the longest full prefill. */
    private List<CascadeProjection> projections(
            CascadeBench.Budgets budgets, HardwareLimits limit, List<CascadeBench.Line> lines, CascadeTable table) {
        List<CascadeBench.Line> full = lines.stream()
                .filter(line -> line.method().equals(CascadeTable.FULL))
                .toList();
        if (full.isEmpty()) {
            return List.of();
        }
        CascadeBench.Line longest = full.get(full.size() - 1);
        double share = Math.min(1, longest.prefillFlops() / longest.firstTokenSeconds() / limit.multiplyFlops());
        Accelerator device = Accelerator.h200(share);
        CascadeBench.Budgets served = new CascadeBench.Budgets(
                4 * budgets.promptTokens(), 4 * budgets.kvPairs(), budgets.lookaheadTokens(), budgets.newTokens());
        table.computed(device, share, served);
        List<CascadeProjection> projections = new ArrayList<>();
        for (String target : List.of("llama-3.1-8b", "llama-3.1-70b")) {
            for (int prompt : new int[] {131_072, 262_144, 524_288, 1_048_576}) {
                CascadeProjection line = CascadeProjection.of(
                        device, ModelSize.parse(target), ModelSize.parse("llama-3.2-1b"), prompt, served);
                projections.add(line);
                table.computed(target, line);
            }
        }
        return projections;
    }

    private static Map<String, Object> json(CascadeProjection line) {
        return Map.of(
                "target", line.target().toString(),
                "draft", line.draft().toString(),
                "prompt_tokens", line.promptTokens(),
                "full_seconds", line.fullSeconds(),
                "cascade_seconds", line.cascadeSeconds(),
                "full_kv_bytes", line.fullKvBytes(),
                "cascade_kv_bytes", line.cascadeKvBytes());
    }

    private void write(
            List<CascadeBench.Line> lines, List<CascadeProjection> projections, Map<Integer, AnswerTiming> engineTimes)
            throws IOException {
        if (json != null) {
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(
                            json.toFile(),
                            Map.of(
                                    "measured",
                                    lines,
                                    "computed",
                                    projections.stream()
                                            .map(BenchCascadeCommand::json)
                                            .toList(),
                                    "engine",
                                    engineTimes));
        }
        if (html != null) {
            Files.writeString(
                    html, CascadePage.render("Cost of each method: " + shape, RepeatedCommand.of(spec), lines));
        }
    }
}
