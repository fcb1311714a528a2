package io.speckv.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.speckv.cli.client.Terminal;
import io.speckv.evals.CascadeGenerator;
import io.speckv.evals.EvalRun;
import io.speckv.evals.EvalSample;
import io.speckv.evals.MethodSettings;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.Progress;
import io.speckv.evals.Setting;
import io.speckv.evals.report.EvalCell;
import io.speckv.evals.report.EvalReport;
import io.speckv.evals.report.MarkdownTable;
import io.speckv.evals.report.ReportFiles;
import io.speckv.evals.report.TerminalTable;
import io.speckv.selection.method.Method;
import io.speckv.selection.method.Methods;
import io.speckv.text.ChatEncoder;
import io.speckv.text.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all evaluations have in common: models, methods, budgets, and where the results go. */
final class EvalArguments {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Mixin
    final LocalPairArguments pair = new LocalPairArguments();

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "full,specpc,speckv,speckv-pc,snapkv,h2o,streaming,pyramidkv,laq++,specprefill",
            description = "methods to compare (${DEFAULT-VALUE})")
    List<String> methods = List.of();

    @Option(
            names = "--budgets",
            split = ",",
            paramLabel = "N",
            defaultValue = "128,256",
            description = "tokens, or KV pairs of a head, that a method keeps (${DEFAULT-VALUE})")
    List<Integer> budgets = List.of();

    @Option(
            names = "--set",
            paramLabel = "METHOD.KEY=VALUE",
            description = "a setting of one method, such as specpc.window_size=32; may be repeated")
    Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--threads", paramLabel = "N", description = "samples answered at a time (all processors)")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "DIR", description = "folder of the results; an unfinished run in it goes on")
    @Nullable
    Path out;

    @Option(names = "--markdown", paramLabel = "FILE", description = "write the tables as Markdown as well")
    @Nullable
    Path markdown;

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    /**
     * Opens the pair so that {@link #threads} samples share the processors.
     *
     * @throws WrongInputException if a method or a setting is wrong
     */
    LocalPairArguments.Open open() throws IOException {
        WrongInputException.requireAtLeastOne("--threads", threads);
        grid(methodSettings()); // a mistake in a setting shows now, not after the models are loaded
        int each = Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(each));
        return pair.open();
    }

    /** Answers the samples with all methods, and writes and prints what came out. */
    void run(String title, LocalPairArguments.Open models, List<EvalSample> samples, List<String> notes)
            throws IOException {
        MethodSettings settings = methodSettings();
        List<Setting> grid = grid(settings);
        Path folder = out == null ? Path.of("runs", "eval-" + name()) : out;
        String precision = models.target().precision().name();
        PairIdentity.of(pair.target, pair.draft, precision, settings.overrides().toString())
                .claim(folder);
        List<Method> chosen = grid.stream().map(settings::method).toList();
        try (LocalClassifier classifier = LocalClassifier.open(chosen, pair.models.options());
                ChatTemplate template = ChatTemplate.isIn(pair.target) ? ChatTemplate.open(pair.target) : null) {
            // Whatever the prompts' lengths: one that is long enough to need it will come.
            chosen.forEach(method -> classifier.requireFor(method, Integer.MAX_VALUE, 1));
            Optional<ChatEncoder> chat =
                    Optional.ofNullable(template).map(open -> new ChatEncoder(models.tokenizer(), open));
            CascadeGenerator generator = new CascadeGenerator(
                    models.target(),
                    models.draft(),
                    models.tokenizer(),
                    chat,
                    models::bridge,
                    classifier.scorer(models.tokenizer()),
                    settings);
            requireRoom(generator, models.target().shape().maxPositions(), samples);
            Progress progress =
                    Terminal.ofProcess().err() ? Progress.bar(System.err, System::nanoTime) : Progress.silent();
            List<EvalCell> cells =
                    new EvalRun(generator, folder.resolve("journal.jsonl"), progress, threads).run(grid, samples);
            List<String> told = notes(notes);
            if (chat.isEmpty() && samples.stream().anyMatch(EvalSample::chat)) {
                told.add("the target has no chat template: it reads all prompts as plain text");
            }
            report(new EvalReport(title, RepeatedCommand.of(command), told, cells), folder);
        }
    }

    private static void requireRoom(CascadeGenerator generator, int positions, List<EvalSample> samples) {
        for (EvalSample sample : samples) {
            int tokens = generator.promptTokens(sample);
            // The last token of an answer is never fed.
            if (tokens + sample.maxNewTokens() - 1 > positions) {
                throw new WrongInputException("sample " + sample.index() + " of " + sample.task() + " has " + tokens
                        + " tokens and asks for " + sample.maxNewTokens() + "; the target has " + positions
                        + " positions");
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

    private List<Setting> grid(MethodSettings settings) {
        return WrongInputException.ifRefused(() -> {
            List<Setting> grid = Setting.grid(methods, budgets);
            grid.forEach(settings::method);
            return grid;
        });
    }

    private MethodSettings methodSettings() throws IOException {
        Map<String, @Nullable Object> settings = new TreeMap<>();
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            int dot = override.getKey().indexOf('.');
            if (dot < 1 || !Methods.names().contains(override.getKey().substring(0, dot))) {
                throw new WrongInputException("--set " + override.getKey()
                        + " must begin with a method and a dot; there are " + Methods.names());
            }
            settings.put(override.getKey(), YAML.readValue(override.getValue(), Object.class));
        }
        return new MethodSettings(settings);
    }

    private List<String> notes(List<String> ofTheTask) {
        List<String> notes = new ArrayList<>(ofTheTask);
        notes.add("target " + pair.target.getFileName() + ", draft " + pair.draft.getFileName());
        notes.add("prompts within the budget stay whole");
        if (methods.contains("speckv-pc")) {
            notes.add("speckv-pc: the budget is that of its KV cache; SpecPC keeps twice as many tokens before");
        }
        notes.add("times: " + (threads == 1 ? "one sample" : threads + " samples")
                + " at a time; work shared by methods counts for each");
        return notes;
    }

    private String name() {
        return command == null ? "run" : command.name();
    }
}
