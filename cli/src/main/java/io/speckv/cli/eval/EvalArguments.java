package io.speckv.cli.eval;

import io.speckv.cli.client.Terminal;
import io.speckv.cli.options.ConnectionArguments;
import io.speckv.cli.options.GivenOptions;
import io.speckv.cli.options.LocalPairArguments;
import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.cli.options.SettingsYaml;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalProgress;
import io.speckv.evals.EvalRun;
import io.speckv.evals.EvalSample;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.Setting;
import io.speckv.evals.report.EvalCell;
import io.speckv.evals.report.EvalReport;
import io.speckv.evals.report.MarkdownTable;
import io.speckv.evals.report.ReportFiles;
import io.speckv.evals.report.TerminalTable;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of all evaluations: models, methods, budgets, and where the results go. */
final class EvalArguments {
    /** Samples at a time through a router: as many drafts as a draft service works on at once by default. */
    private static final int SERVED_AT_A_TIME = 4;

    @Mixin
    final LocalPairArguments pair = new LocalPairArguments();

    @Option(
            names = "--router",
            paramLabel = "HOST:PORT",
            description = "ask this router in place of a pair in this process; --target then gives the tokenizer")
    @Nullable
    String router;

    @Mixin
    final ConnectionArguments connection = new ConnectionArguments();

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "full,specpc,speckv,speckv-pc,snapkv,h2o,streaming,pyramidkv,laq++,specprefill",
            description = "methods to compare, with @paper behind the name exactly as the paper's code runs them"
                    + " (${DEFAULT-VALUE})")
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
            names = "--set",
            paramLabel = "METHOD.KEY=VALUE",
            description =
                    "a setting of one method, such as specpc.window_size=32, and of the cascade's stage of that name;"
                            + " may be repeated")
    Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--threads",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            description = "samples answered at a time (all processors; " + SERVED_AT_A_TIME + " with --router)")
    @Nullable
    Integer threads;

    @Option(
            names = "--out",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "folder of the results; an unfinished run in it goes on (runs/eval-NAME of the command)")
    @Nullable
    Path out;

    @Option(
            names = "--markdown",
            converter = OptionPaths.OutputFile.class,
            paramLabel = "FILE",
            description = "write the tables as Markdown as well")
    @Nullable
    Path markdown;

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    /**
     * Opens the pair so that the samples answered at a time share the processors, or connects to the router's pair.
     *
     * @throws WrongInputException if a method or a setting is wrong
     */
    EvaluatedPair open() throws IOException {
        MethodOverrides settings = methodSettings();
        List<Setting> grid = grid();
        // A wrong setting is reported before the models are loaded.
        WrongInputException.ifRefused(() -> {
            settings.requireUsed(grid);
            return grid.stream().map(settings::method).toList();
        });
        if (router != null) {
            List<String> ofThePair = new ArrayList<>(List.of("--draft"));
            ofThePair.addAll(ModelArguments.names());
            GivenOptions.refuse(command, ofThePair, "is for a pair in this process; the router has its own");
            return ServedPair.open(router, connection, pair.target(), settings, grid);
        }
        GivenOptions.refuse(command, ConnectionArguments.names(), "is about a router and needs --router");
        int each = Math.max(1, Runtime.getRuntime().availableProcessors() / atATime());
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(each));
        return LocalPair.open(pair, settings, grid);
    }

    /** Returns how many samples are answered at a time. */
    int atATime() {
        if (threads != null) {
            return threads;
        }
        return router == null ? Runtime.getRuntime().availableProcessors() : SERVED_AT_A_TIME;
    }

    /**
     * Answers the samples with all methods, then writes and prints the results.
     *
     * @param notes that hold for a part of the results as well
     * @param ofTheWhole notes that hold only for all of the results
     */
    void run(String title, EvaluatedPair asked, List<EvalSample> samples, List<String> notes, List<String> ofTheWhole)
            throws IOException {
        run(title, asked, List.of(new EvalVariant("", asked.generator())), samples, notes, ofTheWhole);
    }

    /** Answers the samples in each variant. The full cache answers only in the first variant. */
    void run(
            String title,
            EvaluatedPair asked,
            List<EvalVariant> variants,
            List<EvalSample> samples,
            List<String> notes,
            List<String> ofTheWhole)
            throws IOException {
        requireRoom(asked, samples);
        Path folder = claim(asked);
        List<VariantRun> runs = new ArrayList<>();
        for (EvalVariant variant : variants) {
            Path journal =
                    variant.name().isEmpty() ? journal(folder) : folder.resolve("journal-" + variant.name() + ".jsonl");
            List<Setting> settings = grid().stream()
                    .filter(setting -> runs.isEmpty() || !setting.keepsAll())
                    .toList();
            runs.add(new VariantRun(
                    variant, new EvalRun(variant.generator(), journal, progress(), atATime()), settings));
        }
        List<String> told = notes(notes, asked);
        if (!asked.prompts().hasChatTemplate() && samples.stream().anyMatch(EvalSample::isChat)) {
            told.add("the target has no chat template: it reads all prompts as plain text");
        }
        try (EarlyEnd early = new EarlyEnd(() -> printSoFar(runs, title, samples, told))) {
            List<EvalCell> cells = new ArrayList<>();
            for (VariantRun run : runs) {
                cells.addAll(run.answer(samples));
            }
            early.whole();
            List<String> all = new ArrayList<>(told);
            all.addAll(notes.size(), ofTheWhole);
            report(new EvalReport(title, RepeatedCommand.of(command), all, cells), folder);
        }
    }

    private void printSoFar(List<VariantRun> runs, String title, List<EvalSample> samples, List<String> notes) {
        try {
            System.out.print(soFar(runs, title, RepeatedCommand.of(command), samples, notes));
        } catch (IOException e) {
            System.err.println("speckv: what was answered so far cannot be read: " + e.getMessage());
        }
    }

    /** Returns the table of an unfinished run, if it has answers, and how far each variant has come. */
    static String soFar(
            List<VariantRun> runs, String title, String command, List<EvalSample> samples, List<String> notes)
            throws IOException {
        List<EvalCell> cells = new ArrayList<>();
        List<String> answered = new ArrayList<>();
        for (VariantRun run : runs) {
            cells.addAll(run.soFar(samples));
            String name = run.variant().name();
            answered.add((name.isEmpty() ? "" : name + " ") + run.answered(samples));
        }
        String table = cells.isEmpty() ? "" : TerminalTable.render(new EvalReport(title, command, notes, cells));
        return table + unfinished(String.join(", ", answered), samples.size()) + "\n";
    }

    /** Returns the line below the table of an unfinished run. */
    static String unfinished(String answered, int prompts) {
        return "note: stopped after " + answered + " of " + prompts + " prompts; the same command goes on";
    }

    /** Returns the folder of the results, and reserves it for this pair. */
    Path claim(EvaluatedPair asked) throws IOException {
        Path folder = out == null ? Path.of("runs", "eval-" + name()) : out;
        asked.identity().claim(folder);
        return folder;
    }

    /** Returns the journal in a folder of results. */
    static Path journal(Path folder) {
        return folder.resolve("journal.jsonl");
    }

    /** Returns a progress bar for a terminal, or lines for a log. */
    static EvalProgress progress() {
        return progress("answers");
    }

    /**
     * Returns the same for anything that is counted.
     *
     * @param counted its name in the plural
     */
    static EvalProgress progress(String counted) {
        return Terminal.ofProcess().err()
                ? EvalProgress.bar(System.err, System::nanoTime)
                : EvalProgress.lines(System.err, System::nanoTime, counted);
    }

    private static void requireRoom(EvaluatedPair asked, List<EvalSample> samples) {
        for (EvalSample sample : samples) {
            int tokens = asked.prompts().of(sample.prompt()).length;
            int most = asked.longestPromptOfTarget(sample.maxNewTokens());
            if (tokens > most) {
                throw new WrongInputException("sample " + sample.index() + " of " + sample.task() + " has " + tokens
                        + " tokens; beside an answer of " + sample.maxNewTokens() + " the target reads up to " + most);
            }
        }
    }

    private void report(EvalReport report, Path folder) throws IOException {
        ReportFiles.write(folder, report);
        if (markdown != null) {
            Files.writeString(markdown, MarkdownTable.render(report));
        }
        System.out.print(TerminalTable.render(report));
        System.out.println("written: " + folder.resolve("report.html") + ", results.json, results.csv");
    }

    /** Returns every method with every budget, each once. */
    List<Setting> grid() {
        return WrongInputException.ifRefused(
                () -> Setting.grid(methods, budgets).stream().distinct().toList());
    }

    private MethodOverrides methodSettings() {
        Map<String, @Nullable Object> settings = new TreeMap<>();
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            int dot = override.getKey().indexOf('.');
            if (dot < 1 || !Methods.names().contains(override.getKey().substring(0, dot))) {
                throw new WrongInputException("--set " + override.getKey()
                        + " must begin with a method and a dot; there are " + Methods.names());
            }
            settings.put(override.getKey(), SettingsYaml.value(override.getKey(), override.getValue()));
        }
        return new MethodOverrides(settings);
    }

    /** Returns the notes for readers of the results: those of the task, then those of all evaluations. */
    List<String> notes(List<String> ofTheTask, EvaluatedPair asked) {
        List<String> notes = new ArrayList<>(ofTheTask);
        notes.add(asked.names());
        notes.add("prompts within the budget stay whole");
        if (grid().stream().anyMatch(setting -> setting.preset() != null)) {
            notes.add(
                    "@paper: exactly the paper's method; elsewhere the first token and the accepted lookahead come from"
                            + " the full cache");
        }
        if (grid().stream().anyMatch(setting -> setting.name().equals("speckv-pc"))) {
            notes.add("speckv-pc: the budget is that of its KV cache; SpecPC keeps twice as many tokens before");
        }
        notes.add("times: " + (atATime() == 1 ? "one sample" : atATime() + " samples") + " at a time; "
                + asked.timesAre());
        return notes;
    }

    private String name() {
        return command == null ? "run" : command.name();
    }
}
