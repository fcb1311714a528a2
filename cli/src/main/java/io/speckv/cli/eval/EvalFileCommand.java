package io.speckv.cli.eval;

import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalSample;
import io.speckv.evals.ruler.RulerFile;
import io.speckv.evals.ruler.RulerSample;
import io.speckv.evals.ruler.RulerTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates RULER's JSONL files. */
@Command(
        name = "file",
        mixinStandardHelpOptions = true,
        description = "Tasks in RULER's JSONL, written by its own scripts or by this project.")
final class EvalFileCommand implements Callable<Integer> {
    @Mixin
    final EvalArguments eval = new EvalArguments();

    @Option(
            names = "--tasks",
            converter = OptionPaths.InputFile.class,
            required = true,
            paramLabel = "FILE",
            description = "JSONL file; may be repeated")
    List<Path> files = List.of();

    @Option(names = "--task", paramLabel = "NAME", description = "which task it is, where the file does not say it")
    @Nullable
    String task;

    @Option(
            names = "--length",
            paramLabel = "TOKENS",
            converter = TokenCount.class,
            description = "length it was made for, where the file does not say it")
    int length;

    @Override
    public Integer call() throws IOException {
        Optional<RulerTask> named =
                Optional.ofNullable(task).map(name -> WrongInputException.ifRefused(() -> RulerTask.of(name)));
        List<EvalSample> prompts = new ArrayList<>();
        Set<String> haystacks = new TreeSet<>();
        for (Path file : files) {
            for (RulerSample sample : RulerFile.read(file, named, length)) {
                prompts.add(EvalSample.of(sample));
                haystacks.add(sample.haystack());
            }
        }
        try (EvaluatedPair pair = eval.open()) {
            eval.run("RULER files", pair, prompts, List.of("haystacks: " + String.join(", ", haystacks)), List.of());
        }
        return 0;
    }
}
