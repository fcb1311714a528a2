package io.speckv.cli.eval;

import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.FidelityPrompt;
import io.speckv.evals.fidelity.FidelityRun;
import io.speckv.evals.fidelity.PromptFiles;
import io.speckv.evals.fidelity.PromptFit;
import io.speckv.evals.report.FidelityCell;
import io.speckv.evals.report.FidelityReport;
import io.speckv.evals.report.FidelityTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how compression changes the full cache's answers to the user's own prompts. */
@Command(
        name = "fidelity",
        mixinStandardHelpOptions = true,
        description = "What each method loses of the full cache's answers to your own prompts; no labels needed.")
final class EvalFidelityCommand implements Callable<Integer> {
    private static final int LOGPROBS_MOST = 20;

    @Mixin
    final EvalArguments eval = new EvalArguments();

    @Option(
            names = "--prompts",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "FILE|FOLDER",
            description = "texts, each file a prompt, or .jsonl: a line has messages (a chat), prompt (a text), or"
                    + " LongBench's context and input; may be repeated")
    List<Path> places = List.of();

    @Option(
            names = "--question",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "put behind each text that has no question of its own")
    String question = "";

    @Option(names = "--chat", description = "texts are a user's message in the target's chat template")
    boolean chat;

    @Option(
            names = "--max-length",
            converter = TokenCount.class,
            paramLabel = "TOKENS",
            description = "cut longer prompts in the middle (what both models have positions for)")
    @Nullable
    Integer maxLength;

    @Option(
            names = "--max-new-tokens",
            converter = Numbers.AtLeastOne.class,
            paramLabel = "N",
            defaultValue = "64",
            description = "of an answer (${DEFAULT-VALUE})")
    int maxNewTokens = 64;

    @Option(
            names = "--accept",
            paramLabel = "PERCENT",
            defaultValue = "1",
            description = "of a token's likelihood that may be lost, for the advice (${DEFAULT-VALUE})")
    double accepted = 1;

    @Option(
            names = "--logprobs",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "likeliest tokens to ask a --router for, 0 to 20; 0 for targets that tell none (${DEFAULT-VALUE})")
    int logprobs = LOGPROBS_MOST;

    @Option(names = "--json", description = "print the results as JSON instead of the tables")
    boolean json;

    @Spec
    @Nullable
    CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (!(accepted > 0 && accepted <= 100)) {
            throw new WrongInputException("--accept is " + accepted + "; it must be above 0 and at most 100");
        }
        if (logprobs < 0 || logprobs > LOGPROBS_MOST) {
            throw new WrongInputException("--logprobs is " + logprobs + "; it must be 0 to " + LOGPROBS_MOST);
        }
        // A file that is not a prompt is reported before the models are loaded.
        List<EvalPrompt> read = read(places, new PromptFiles(question, chat));
        if (!eval.methods.contains(Setting.FULL)) {
            List<String> methods = new ArrayList<>(List.of(Setting.FULL));
            methods.addAll(eval.methods);
            eval.methods = methods;
        }
        try (EvaluatedPair pair = eval.open()) {
            run(pair, read);
        }
        return 0;
    }

    /**
     * Returns the prompts of files and folders.
     *
     * @throws WrongInputException naming a file or line that is not a prompt
     */
    static List<EvalPrompt> read(List<Path> places, PromptFiles files) throws IOException {
        List<EvalPrompt> read = new ArrayList<>();
        for (Path place : places) {
            try {
                read.addAll(files.read(place));
            } catch (IllegalArgumentException e) {
                throw new WrongInputException("--prompts " + e.getMessage(), e);
            }
        }
        return read;
    }

    private void run(EvaluatedPair pair, List<EvalPrompt> read) throws IOException {
        int longest = longestPrompt(pair);
        PromptFit fit = new PromptFit(pair.prompts(), longest);
        List<FidelityPrompt> prompts =
                WrongInputException.ifRefused(() -> read.stream().map(fit::fit).toList());
        Path folder = eval.claim(pair);
        List<String> notes = notes(pair, prompts.size() + " prompts, ");
        notes.addAll(1, cut(prompts, longest));
        int told = eval.router == null ? 0 : logprobs;
        FidelityRun run = new FidelityRun(
                pair.meter(told == 0 ? OptionalInt.empty() : OptionalInt.of(told)),
                EvalArguments.journal(folder),
                EvalArguments.progress(),
                eval.atATime(),
                maxNewTokens,
                told);
        try (EarlyEnd early = new EarlyEnd(() -> printSoFar(run, prompts, notes(pair, "")))) {
            FidelityReport report = report(run.run(eval.grid(), prompts), notes);
            early.whole();
            report.write(folder);
            if (eval.markdown != null) {
                Files.writeString(eval.markdown, FidelityTable.markdown(report));
            }
            if (json) {
                System.out.print(report.json());
            } else {
                System.out.print(FidelityTable.render(report));
                System.out.println("written: " + folder.resolve("report.html") + ", results.json");
            }
        }
    }

    private void printSoFar(FidelityRun run, List<FidelityPrompt> prompts, List<String> notes) {
        try {
            List<FidelityCell> cells = run.soFar(eval.grid(), prompts);
            if (!cells.isEmpty()) {
                System.out.print(FidelityTable.render(report(cells, notes)));
            }
            int measured = cells.stream()
                    .filter(cell -> cell.method().equals(Setting.FULL))
                    .mapToInt(FidelityCell::prompts)
                    .sum();
            System.out.println(EvalArguments.unfinished(String.valueOf(measured), prompts.size()));
        } catch (IOException e) {
            System.err.println("speckv: what was measured so far cannot be read: " + e.getMessage());
        }
    }

    private FidelityReport report(List<FidelityCell> cells, List<String> notes) {
        return FidelityReport.of(RepeatedCommand.of(command), notes, accepted / 100, cells);
    }

    /** Returns the number of tokens of the longest prompt that is not cut. */
    private int longestPrompt(EvaluatedPair pair) {
        int most = pair.requireRoomBeside(maxNewTokens);
        int longest = maxLength == null ? most : maxLength;
        if (longest < EvaluatedPair.PROMPT_LEAST || longest > most) {
            throw new WrongInputException("prompts cannot be cut to " + longest + " tokens: the models read up to "
                    + most + " beside an answer of " + maxNewTokens);
        }
        return longest;
    }

    private static List<String> cut(List<FidelityPrompt> prompts, int longest) {
        long cut = prompts.stream().filter(FidelityPrompt::cut).count();
        return cut == 0
                ? List.of()
                : List.of(cut + " of them had more than " + longest + " tokens and are cut in the middle");
    }

    /** @param measured the prompts that were measured, or nothing for a part of them */
    private List<String> notes(EvaluatedPair pair, String measured) {
        List<String> notes = new ArrayList<>();
        notes.add(measured + "answers of up to " + maxNewTokens + " tokens");
        notes.add("same: answers equal to the full cache's to their end; parts: equal tokens before the others part,"
                + " median; loss: of a token's likelihood, geometric mean over the full cache's answer; KL: divergence of"
                + " the next token in nats");
        notes.add(pair.lossesAre());
        return eval.notes(notes, pair);
    }
}
