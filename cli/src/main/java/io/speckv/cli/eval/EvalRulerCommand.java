package io.speckv.cli.eval;

import io.speckv.cli.options.Numbers;
import io.speckv.evals.ruler.RulerTask;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Evaluates RULER with generated prompts. */
@Command(
        name = "ruler",
        mixinStandardHelpOptions = true,
        description = "RULER's tasks that need no outside data, generated from a seed.")
final class EvalRulerCommand implements Callable<Integer> {
    @Mixin
    final EvalArguments eval = new EvalArguments();

    /** Tasks that the bundled target was trained for. */
    private static final List<String> OF_THE_BUNDLED_TARGET =
            List.of("niah_single_1", "niah_multikey_1", "niah_multikey_2", "niah_multivalue", "niah_multiquery");

    @Option(
            names = "--tasks",
            split = ",",
            paramLabel = "NAME",
            description = "tasks (all that need no outside data; of the bundled target those that it was trained for:"
                    + " niah_single_1, niah_multikey_1, niah_multikey_2, niah_multivalue and niah_multiquery)")
    List<String> tasks = List.of();

    @Option(
            names = "--lengths",
            split = ",",
            paramLabel = "TOKENS",
            converter = TokenCount.class,
            defaultValue = "1k,2k,4k",
            description = "tokens of prompt and answer, in the target's vocabulary (${DEFAULT-VALUE})")
    List<Integer> lengths = List.of();

    @Option(
            names = "--samples",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "100",
            description = "prompts of a task and length (${DEFAULT-VALUE})")
    int samples = 100;

    @Mixin
    final RulerArguments ruler = new RulerArguments();

    @Override
    public Integer call() throws IOException {
        List<RulerTask> chosen = tasks.isEmpty() ? usual() : RulerArguments.tasks(tasks);
        try (EvaluatedPair pair = eval.open()) {
            RulerArguments.Prompts prompts = ruler.draw(pair.prompts().tokenizer(), chosen, lengths, samples);
            eval.run("RULER", pair, prompts.samples(), prompts.notes(), List.of(samples + " samples a cell"));
        }
        return 0;
    }

    private List<RulerTask> usual() {
        return eval.pair.targetIsBundled() ? RulerArguments.tasks(OF_THE_BUNDLED_TARGET) : RulerTask.generable();
    }
}
