package io.speckv.cli;

import io.speckv.evals.EvalSample;
import io.speckv.evals.longbench.LongBenchFolder;
import io.speckv.evals.longbench.LongBenchSample;
import io.speckv.evals.longbench.LongBenchTask;
import io.speckv.evals.longbench.MiddleTruncation;
import io.speckv.evals.ruler.RulerFile;
import io.speckv.evals.ruler.RulerSample;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The evaluations: what each method loses, and what it saves. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Measure what each method loses, and what it saves.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EvalCommand.RulerTasks.class,
            EvalCommand.LongBench.class,
            EvalCommand.TaskFiles.class,
            EvalImportanceCommand.class
        })
final class EvalCommand {
    /** RULER, generated. */
    @Command(
            name = "ruler",
            mixinStandardHelpOptions = true,
            description = "RULER's tasks that need no outside data, generated from a seed.")
    static final class RulerTasks implements Callable<Integer> {
        @Mixin
        final EvalArguments eval = new EvalArguments();

        @Option(
                names = "--tasks",
                split = ",",
                paramLabel = "NAME",
                defaultValue = "niah_single_1,niah_multikey_1,niah_multikey_2,niah_multivalue,niah_multiquery",
                description = "tasks (${DEFAULT-VALUE}); there are niah_multikey_3, vt, cwe and fwe besides")
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
                defaultValue = "100",
                description = "prompts of a task and length (${DEFAULT-VALUE})")
        int samples = 100;

        @Mixin
        final RulerArguments ruler = new RulerArguments();

        @Override
        public Integer call() throws IOException {
            List<RulerTask> chosen = RulerArguments.tasks(tasks);
            try (LocalPairArguments.Open models = eval.open()) {
                RulerArguments.Prompts prompts = ruler.draw(models.tokenizer(), chosen, lengths, samples);
                List<String> notes = new ArrayList<>(prompts.notes());
                notes.add(samples + " samples a cell");
                eval.run("RULER", models, prompts.samples(), notes);
            }
            return 0;
        }
    }

    /** LongBench from its files. */
    @Command(
            name = "longbench",
            mixinStandardHelpOptions = true,
            description = "LongBench's English tasks from a folder of its JSONL files.")
    static final class LongBench implements Callable<Integer> {
        @Mixin
        final EvalArguments eval = new EvalArguments();

        @Option(names = "--data", required = true, paramLabel = "DIR", description = "folder of TASK.jsonl files")
        Path data = Path.of("");

        @Option(names = "--tasks", split = ",", paramLabel = "NAME", description = "tasks (all that have a file)")
        List<String> tasks = List.of();

        @Option(names = "--samples", description = "of each task at most (all)")
        int samples = Integer.MAX_VALUE;

        @Option(
                names = "--max-length",
                converter = TokenCount.class,
                paramLabel = "TOKENS",
                description = "cut longer prompts in the middle (what the target has positions for)")
        @Nullable
        Integer maxLength;

        @Override
        public Integer call() throws IOException {
            LongBenchFolder folder = new LongBenchFolder(data);
            List<LongBenchTask> chosen = tasks.isEmpty()
                    ? folder.tasks()
                    : WrongInputException.ifRefused(
                            () -> tasks.stream().map(LongBenchTask::of).toList());
            if (chosen.isEmpty()) {
                throw new WrongInputException(data + " holds none of LongBench's files, such as hotpotqa.jsonl");
            }
            try (LocalPairArguments.Open models = eval.open()) {
                Tokenizer tokenizer = models.tokenizer();
                int longest = chosen.stream()
                        .mapToInt(LongBenchTask::maxNewTokens)
                        .max()
                        .orElse(0);
                int positions = Math.min(
                        models.target().shape().maxPositions(),
                        models.draft().shape().maxPositions());
                // The chat template takes some tokens as well; 64 are more than any known one does.
                int most = maxLength == null ? positions - longest - 64 : maxLength;
                MiddleTruncation truncation = new MiddleTruncation(new Codec(tokenizer), most);
                List<EvalSample> prompts = new ArrayList<>();
                for (LongBenchTask task : chosen) {
                    List<LongBenchSample> all = folder.samples(task);
                    for (int i = 0; i < Math.min(samples, all.size()); i++) {
                        prompts.add(EvalSample.of(all.get(i), i, truncation));
                    }
                }
                eval.run("LongBench", models, prompts, List.of("prompts are cut in the middle to " + most + " tokens"));
            }
            return 0;
        }

        private record Codec(Tokenizer tokenizer) implements MiddleTruncation.Codec {
            @Override
            public int[] encode(String text) {
                return EvalCommand.encode(tokenizer, text);
            }

            @Override
            public String decode(int[] ids) {
                return tokenizer.decode(ids, SpecialTokens.EXCLUDED);
            }
        }
    }

    /** RULER's JSONL. */
    @Command(
            name = "file",
            mixinStandardHelpOptions = true,
            description = "Tasks in RULER's JSONL, written by its own scripts or by this project.")
    static final class TaskFiles implements Callable<Integer> {
        @Mixin
        final EvalArguments eval = new EvalArguments();

        @Option(names = "--tasks", required = true, paramLabel = "FILE", description = "JSONL file; may be repeated")
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
            List<EvalSample> prompts = new ArrayList<>();
            List<String> haystacks = new ArrayList<>();
            for (Path file : files) {
                for (RulerSample sample : samples(file)) {
                    prompts.add(EvalSample.of(sample));
                    haystacks.add(sample.haystack());
                }
            }
            try (LocalPairArguments.Open models = eval.open()) {
                String around = String.join(", ", haystacks.stream().distinct().toList());
                eval.run("RULER files", models, prompts, List.of("haystacks: " + around));
            }
            return 0;
        }

        private List<RulerSample> samples(Path file) throws IOException {
            if (task == null) {
                return RulerFile.read(file);
            }
            String name = task;
            return RulerFile.read(file, WrongInputException.ifRefused(() -> RulerTask.of(name)), length);
        }
    }

    private static int[] encode(Tokenizer tokenizer, String text) {
        return tokenizer.encode(text, SpecialTokens.EXCLUDED).ids();
    }
}
