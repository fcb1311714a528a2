package io.speckv.cli.eval;

import io.speckv.cli.options.LocalPairArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.EvalSample;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.FidelityPrompt;
import io.speckv.evals.fidelity.FidelityRun;
import io.speckv.evals.fidelity.PromptFiles;
import io.speckv.evals.fidelity.PromptFit;
import io.speckv.evals.importance.ImportanceSettings;
import io.speckv.evals.importance.ImportanceStudy;
import io.speckv.evals.report.FidelityReport;
import io.speckv.evals.report.PairReport;
import io.speckv.evals.ruler.RulerTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks whether a draft fits a target. */
@Command(
        name = "pair",
        mixinStandardHelpOptions = true,
        description =
                "Whether a draft fits a target: what it knows of the target's answers, and what methods lose with it.")
public final class PairCommand implements Callable<Integer> {
    private static final int IMPORTANCE_WINDOW = 32;
    private static final List<RulerTask> NEEDLES = List.of(RulerTask.NIAH_SINGLE_1, RulerTask.NIAH_MULTIVALUE);
    private static final int ANY_LONG_PROMPT = 1 << 20;

    @Parameters(
            index = "0",
            converter = OptionPaths.Input.class,
            paramLabel = "TARGET",
            description = "checkpoint: a folder or a GGUF file")
    Path target = Path.of("");

    @Parameters(
            index = "1",
            converter = OptionPaths.Input.class,
            paramLabel = "DRAFT",
            description = "checkpoint: a folder or a GGUF file")
    Path draft = Path.of("");

    @Mixin
    ModelArguments models = new ModelArguments();

    @Option(
            names = "--prompts",
            converter = OptionPaths.Input.class,
            paramLabel = "FILE|FOLDER",
            description = "your own, as eval fidelity reads them; may be repeated (needles in made-up sentences)")
    List<Path> places = List.of();

    @Option(
            names = "--samples",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "20",
            description = "prompts at most; of fewer than 20 there is no verdict (${DEFAULT-VALUE})")
    int samples = 20;

    @Option(
            names = "--length",
            converter = TokenCount.class,
            paramLabel = "TOKENS",
            defaultValue = "1k",
            description = "of a needle prompt; longer ones of yours are cut in the middle (${DEFAULT-VALUE})")
    int length = 1024;

    @Option(
            names = "--max-new-tokens",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "32",
            description = "of an answer (${DEFAULT-VALUE})")
    int maxNewTokens = 32;

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "speckv,corrected-speckv,speckv-pc,snapkv,laq++",
            description = "to compare (${DEFAULT-VALUE})")
    List<String> methods = List.of();

    @Option(
            names = "--budgets",
            converter = Numbers.AtLeastOne.class,
            split = ",",
            paramLabel = "N",
            defaultValue = "128,256",
            description = "tokens, or KV pairs of a head, that a method keeps (${DEFAULT-VALUE})")
    List<Integer> budgets = List.of();

    @Option(
            names = "--out",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            defaultValue = "runs/pair",
            description = "folder of what was measured; an unfinished run in it goes on (${DEFAULT-VALUE})")
    Path out = Path.of("runs", "pair");

    @Option(names = "--json", description = "print the results as JSON")
    boolean json;

    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public Integer call() throws IOException {
        MethodOverrides defaults = new MethodOverrides(Map.of());
        List<Setting> grid = WrongInputException.ifRefused(() -> grid(defaults));
        List<EvalPrompt> read = EvalFidelityCommand.read(places, new PromptFiles("", false));
        try (LocalPair pair = LocalPair.open(LocalPairArguments.of(target, draft, models), defaults, grid)) {
            List<FidelityPrompt> prompts = prompts(pair, read);
            pair.identity().claim(out);
            FidelityRun run = new FidelityRun(
                    pair.meter(OptionalInt.empty()),
                    EvalArguments.journal(out),
                    EvalArguments.progress(),
                    1,
                    maxNewTokens,
                    0);
            FidelityReport fidelity =
                    FidelityReport.of(RepeatedCommand.of(command), notes(pair, prompts), 0.01, run.run(grid, prompts));
            PairReport report = new PairReport(
                    guided(defaults, grid),
                    hasOneTokenizer(pair.models()),
                    importance(pair.models(), prompts),
                    fidelity);
            Files.writeString(out.resolve("pair.json"), report.json());
            System.out.print(json ? report.json() : report.text());
        }
        return 0;
    }

    private List<Setting> grid(MethodOverrides defaults) {
        List<String> all = new ArrayList<>(methods);
        all.add(0, Setting.FULL);
        List<Setting> grid = Setting.grid(all, budgets).stream().distinct().toList();
        grid.forEach(defaults::method);
        return grid;
    }

    private Set<String> guided(MethodOverrides defaults, List<Setting> grid) {
        return grid.stream()
                .filter(setting -> defaults.method(setting)
                        .draftWork(ANY_LONG_PROMPT, maxNewTokens)
                        .needsModel())
                .map(Setting::method)
                .collect(Collectors.toSet());
    }

    private List<FidelityPrompt> prompts(LocalPair pair, List<EvalPrompt> read) throws IOException {
        List<EvalPrompt> chosen = read.isEmpty() ? needles(pair) : read;
        PromptFit fit = new PromptFit(pair.prompts(), Math.min(length, pair.requireRoomBeside(maxNewTokens)));
        return WrongInputException.ifRefused(
                () -> chosen.stream().limit(samples).map(fit::fit).toList());
    }

    private List<EvalPrompt> needles(LocalPair pair) throws IOException {
        // Rounded up, so that the first {@code samples} of them are as many as asked for.
        int each = (samples + NEEDLES.size() - 1) / NEEDLES.size();
        List<EvalPrompt> needles = new ArrayList<>();
        for (EvalSample sample : new RulerArguments()
                .draw(pair.models().tokenizer(), NEEDLES, List.of(length), each)
                .samples()) {
            needles.add(sample.prompt());
        }
        return needles;
    }

    private static boolean hasOneTokenizer(LocalPairArguments.Open pair) {
        return pair.tokenizer().fingerprint().equals(pair.draftTokenizer().fingerprint());
    }

    private PairReport.@Nullable Importance importance(LocalPairArguments.Open pair, List<FidelityPrompt> prompts) {
        int top = budgets.get(0);
        List<int[]> compared = prompts.stream()
                .map(FidelityPrompt::ids)
                .filter(ids -> ids.length >= IMPORTANCE_WINDOW + top)
                .toList();
        if (compared.isEmpty() || !hasOneTokenizer(pair)) {
            return null;
        }
        ImportanceStudy.Cell cell = new ImportanceStudy(
                        pair.draft(), pair.target(), new ImportanceSettings(IMPORTANCE_WINDOW, top))
                .run(compared, 0, 0);
        return new PairReport.Importance(cell.prompts(), cell.spearman(), top, cell.overlap());
    }

    private List<String> notes(LocalPair pair, List<FidelityPrompt> prompts) {
        long cut = prompts.stream().filter(FidelityPrompt::cut).count();
        List<String> notes = new ArrayList<>(List.of(pair.names()));
        notes.add(prompts.size() + " prompts, "
                + (places.isEmpty() ? "needles in made-up sentences" : cut + " of them cut") + "; answers of up to "
                + maxNewTokens + " tokens");
        notes.add("importance: attention of the last " + IMPORTANCE_WINDOW + " tokens, largest over heads and layers");
        notes.add(pair.lossesAre());
        return notes;
    }
}
