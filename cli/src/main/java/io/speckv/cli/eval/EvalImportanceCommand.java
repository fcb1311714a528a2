package io.speckv.cli.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.cli.client.Interruption;
import io.speckv.cli.options.LocalPairArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalSample;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.importance.DegradedDraft;
import io.speckv.evals.importance.ImportanceSettings;
import io.speckv.evals.importance.ImportanceStudy;
import io.speckv.evals.report.ImportancePage;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Correlates the importances of draft and target, and shows the cost of a worse draft. */
@Command(
        name = "importance",
        mixinStandardHelpOptions = true,
        description = "How well the draft knows what the target finds important, and what a worse draft costs.")
final class EvalImportanceCommand implements Callable<Integer> {
    @Mixin
    final LocalPairArguments pair = new LocalPairArguments();

    @Option(
            names = "--tasks",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "niah_single_1,niah_multikey_1",
            description = "of RULER (${DEFAULT-VALUE})")
    List<String> tasks = List.of();

    @Option(
            names = "--length",
            paramLabel = "TOKENS",
            converter = TokenCount.class,
            defaultValue = "1k",
            description = "of a prompt (${DEFAULT-VALUE})")
    int length = 1024;

    @Option(
            names = "--samples",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "8",
            description = "prompts of each task (${DEFAULT-VALUE})")
    int samples = 8;

    @Mixin
    final RulerArguments ruler = new RulerArguments();

    @Option(
            names = "--window",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "32",
            description = "last tokens whose attention counts (${DEFAULT-VALUE})")
    int window = 32;

    @Option(
            names = "--top",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "128",
            description = "most important tokens to compare (${DEFAULT-VALUE})")
    int top = 128;

    @Option(
            names = "--noise",
            converter = Numbers.DecimalAtLeastZero.class,
            split = ",",
            paramLabel = "SIGMA",
            defaultValue = "0,0.1,0.2,0.3,0.5,1",
            description = "noise on the draft, in deviations of its matrices (${DEFAULT-VALUE})")
    List<Double> noise = List.of();

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "full,specpc,speckv,speckv-pc",
            description = "answered by each draft (${DEFAULT-VALUE})")
    List<String> methods = List.of();

    @Option(
            names = "--budget",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "128",
            description = "of the methods (${DEFAULT-VALUE})")
    int budget = 128;

    @Option(
            names = "--out",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            defaultValue = "runs/importance",
            description = "folder of importance.json and importance.html (${DEFAULT-VALUE})")
    Path out = Path.of("runs", "importance");

    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public Integer call() throws IOException {
        for (String method : methods) {
            if (!Methods.names().contains(method)) {
                throw new WrongInputException("--methods " + method + ": there are " + Methods.names());
            }
        }
        List<Setting> settings = settings();
        ImportanceSettings compared = compared();
        List<RulerTask> chosen = RulerArguments.tasks(tasks);
        try (LocalPairArguments.Open models = pair.open()) {
            if (!models.tokenizer().fingerprint().equals(models.draftTokenizer().fingerprint())) {
                throw new WrongInputException("draft and target must share one tokenizer to compare token by token");
            }
            List<EvalSample> prompts = ruler.draw(models.tokenizer(), chosen, List.of(length), samples)
                    .samples();
            List<int[]> tokens = prompts.stream()
                    .map(sample -> PromptTokenizer.plain(models.tokenizer()).of(sample.prompt()))
                    .toList();
            requireLongEnough(tokens);
            List<ImportanceStudy.Cell> cells = layers(models, compared, tokens);
            printLayers(cells);
            write(cells, degraded(models, compared, prompts, settings));
        }
        return 0;
    }

    /** Returns the methods with their budget. What cannot be run is reported before the models are loaded. */
    private List<Setting> settings() {
        MethodOverrides defaults = new MethodOverrides(Map.of());
        List<Setting> settings =
                Setting.grid(methods, List.of(budget)).stream().distinct().toList();
        for (Setting setting : settings) {
            if (defaults.method(setting).draftWork(Integer.MAX_VALUE, 1).classified()) {
                throw new WrongInputException("--methods " + setting.method()
                        + ": it needs a token classifier, and here a draft's importances are all there is");
            }
        }
        return settings;
    }

    private void requireLongEnough(List<int[]> prompts) {
        int found = prompts.stream().mapToInt(prompt -> prompt.length).min().orElse(0);
        if (found < window + top) {
            throw new WrongInputException("--length is " + length + ", which gives a prompt of " + found
                    + " tokens; it must have at least " + (window + top) + ", for --window " + window + " and --top "
                    + top);
        }
    }

    private ImportanceSettings compared() {
        return WrongInputException.ifRefused(() -> new ImportanceSettings(window, top));
    }

    private List<ImportanceStudy.Cell> layers(
            LocalPairArguments.Open models, ImportanceSettings compared, List<int[]> prompts) {
        ImportanceStudy study = new ImportanceStudy(models.draft(), models.target(), compared);
        try (EarlyEnd early = new EarlyEnd(() -> printSoFar(study.soFar(), prompts.size()))) {
            List<ImportanceStudy.Cell> cells = study.run(prompts, EvalArguments.progress("readings"));
            early.whole();
            return cells;
        }
    }

    private void printSoFar(List<ImportanceStudy.Cell> cells, int prompts) {
        if (!cells.isEmpty()) {
            printLayers(cells);
            System.out.println("note: stopped after " + cells.get(0).prompts() + " of " + prompts + " prompts");
        }
    }

    private void printLayers(List<ImportanceStudy.Cell> cells) {
        System.out.println("layers that score, from the one named to the last; means over prompts");
        System.out.println("importance: share of the target's that is on the draft's top " + top);
        System.out.printf(
                "%12s %12s %9s %9s  overlap of top %d  importance%n",
                "draft from", "target from", "Pearson", "Spearman", top);
        for (ImportanceStudy.Cell cell : cells) {
            System.out.printf(
                    Locale.ROOT,
                    "%12d %12d %9.3f %9.3f  %-" + ("overlap of top " + top).length() + ".3f  %.3f%n",
                    cell.draftFrom(),
                    cell.targetFrom(),
                    cell.pearson(),
                    cell.spearman(),
                    cell.overlap(),
                    cell.massRecall());
        }
    }

    private List<DegradedDraft.Line> degraded(
            LocalPairArguments.Open models,
            ImportanceSettings compared,
            List<EvalSample> prompts,
            List<Setting> settings)
            throws IOException {
        DegradedDraft experiment = new DegradedDraft(
                models.target(),
                pair.draft(),
                models.tokenizer(),
                pair.options(),
                compared,
                new MethodOverrides(Map.of()));
        Runnable clear = experiment::clear;
        Interruption.add(clear);
        try {
            return degraded(experiment, prompts, settings);
        } finally {
            Interruption.remove(clear);
        }
    }

    private List<DegradedDraft.Line> degraded(
            DegradedDraft experiment, List<EvalSample> prompts, List<Setting> settings) throws IOException {
        System.out.println();
        System.out.println("accuracy with noise on the draft, budget " + budget + ", " + prompts.size() + " prompts");
        System.out.printf("%7s %9s %9s", "noise", "Pearson", "Spearman");
        settings.forEach(setting -> System.out.printf(" %11s", setting.method()));
        System.out.println();
        List<DegradedDraft.Line> lines = new ArrayList<>();
        for (double sigma : noise.stream().sorted().toList()) {
            DegradedDraft.Line line = experiment.run(sigma, ruler.seed, prompts, settings);
            lines.add(line);
            System.out.printf(
                    Locale.ROOT,
                    "%7.2f %9.3f %9.3f",
                    sigma,
                    line.correlation().pearson(),
                    line.correlation().spearman());
            line.accuracy().values().forEach(accuracy -> System.out.printf(Locale.ROOT, " %11.3f", accuracy.mean()));
            System.out.println();
        }
        return lines;
    }

    private void write(List<ImportanceStudy.Cell> cells, List<DegradedDraft.Line> lines) throws IOException {
        Files.createDirectories(out);
        ObjectMapper json = new ObjectMapper();
        ObjectNode all = json.createObjectNode();
        all.set("layers", json.valueToTree(cells));
        all.set("noise", json.valueToTree(lines));
        json.writerWithDefaultPrettyPrinter()
                .writeValue(out.resolve("importance.json").toFile(), all);
        if (!lines.isEmpty()) {
            Files.writeString(
                    out.resolve("importance.html"),
                    ImportancePage.render(
                            RepeatedCommand.of(command),
                            top,
                            cells.stream().map(ImportanceStudy.Cell::shown).toList(),
                            lines.stream().map(DegradedDraft.Line::charted).toList()));
        }
        System.out.println("written: " + out.resolve("importance.html") + ", importance.json");
    }
}
