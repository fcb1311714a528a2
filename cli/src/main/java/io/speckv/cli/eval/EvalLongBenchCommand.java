package io.speckv.cli.eval;

import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalSample;
import io.speckv.evals.fidelity.PromptFit;
import io.speckv.evals.longbench.LongBenchFolder;
import io.speckv.evals.longbench.LongBenchSample;
import io.speckv.evals.longbench.MiddleCut;
import io.speckv.evals.longbench.TokenizerCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates LongBench's files. */
@Command(
        name = "longbench",
        mixinStandardHelpOptions = true,
        description =
                "LongBench's English tasks, LongBench-E, LongBench v2 and Code-Debug from a folder of their files.")
final class EvalLongBenchCommand implements Callable<Integer> {
    @Mixin
    final EvalArguments eval = new EvalArguments();

    @Option(
            names = "--data",
            converter = OptionPaths.InputFolder.class,
            required = true,
            paramLabel = "DIR",
            description = "folder of TASK.jsonl files")
    Path data = Path.of("");

    @Option(names = "--tasks", split = ",", paramLabel = "NAME", description = "tasks (all that have a file)")
    List<String> tasks = List.of();

    @Option(names = "--samples", converter = Numbers.AtLeastOne.class, description = "of each task at most (all)")
    int samples = Integer.MAX_VALUE;

    @Option(
            names = "--max-length",
            converter = TokenCount.class,
            paramLabel = "TOKENS",
            description = "cut longer prompts in the middle (what both models have positions for)")
    @Nullable
    Integer maxLength;

    @Override
    public Integer call() throws IOException {
        LongBenchFolder folder = new LongBenchFolder(data);
        // A line that is not a sample is reported before the models are loaded.
        List<LongBenchSample> chosen = new ArrayList<>();
        for (String task : tasks(folder)) {
            chosen.addAll(folder.samples(task, samples));
        }
        try (EvaluatedPair pair = eval.open()) {
            int answer = chosen.stream()
                    .mapToInt(LongBenchSample::maxNewTokens)
                    .max()
                    .orElse(0);
            int longest = longestPrompt(pair, chosen, answer);
            MiddleCut truncation =
                    new MiddleCut(new TokenizerCodec(pair.prompts().tokenizer()), longest);
            // A cut can leave a token or two more than it should, and these must fit as well.
            PromptFit fit = new PromptFit(pair.prompts(), pair.longestPrompt(answer));
            List<EvalSample> prompts = new ArrayList<>();
            int cut = 0;
            Map<String, Integer> places = new HashMap<>();
            for (LongBenchSample sample : chosen) {
                int place = places.merge(sample.set(), 1, Integer::sum) - 1;
                EvalSample cutInTheMiddle = EvalSample.of(sample, place, truncation);
                EvalSample prompt = cutInTheMiddle.withPrompt(
                        WrongInputException.ifRefused(() -> fit.cut(cutInTheMiddle.prompt())));
                cut += prompt.prompt().wholeText().equals(sample.prompt()) ? 0 : 1;
                prompts.add(prompt);
            }
            List<String> notes = new ArrayList<>();
            notes.add(cut + " of " + prompts.size() + " prompts had more than " + longest
                    + " tokens and are cut in the middle");
            List<String> others = tasks.isEmpty() ? folder.otherFiles() : List.of();
            if (!others.isEmpty()) {
                notes.add("passed over, as none of the known files: " + String.join(", ", others));
            }
            eval.run("LongBench", pair, prompts, notes, List.of());
        }
        return 0;
    }

    private List<String> tasks(LongBenchFolder folder) {
        if (!tasks.isEmpty()) {
            return WrongInputException.ifRefused(() ->
                    tasks.stream().map(LongBenchFolder::requireKnown).distinct().toList());
        }
        if (folder.tasks().isEmpty()) {
            throw new WrongInputException(data + " holds none of the known files, such as hotpotqa.jsonl");
        }
        return folder.tasks();
    }

    /** Returns the number of tokens of the longest prompt that is not cut, what stands around it not counted. */
    private int longestPrompt(EvaluatedPair pair, List<LongBenchSample> chosen, int answer) {
        int around = WrongInputException.ifRefused(() -> chosen.stream()
                .map(LongBenchSample::usesChatTemplate)
                .distinct()
                .mapToInt(pair.prompts()::tokensAround)
                .max()
                .orElse(0));
        int most = pair.longestPrompt(answer) - around;
        int longest = maxLength == null ? most : maxLength;
        if (longest < EvaluatedPair.PROMPT_LEAST || longest > most) {
            throw new WrongInputException("prompts cannot be cut to " + longest + " tokens: the models read up to "
                    + most + " beside an answer of " + answer + " and the " + around + " tokens around a prompt");
        }
        return longest;
    }
}
