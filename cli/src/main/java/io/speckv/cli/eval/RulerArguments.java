package io.speckv.cli.eval;

import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.TextFile;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.EvalSample;
import io.speckv.evals.ruler.ChatNeedles;
import io.speckv.evals.ruler.Ruler;
import io.speckv.evals.ruler.RulerTask;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how RULER's prompts are drawn. */
final class RulerArguments {
    @Option(names = "--seed", defaultValue = "1", description = "of the prompts (${DEFAULT-VALUE})")
    long seed = 1;

    @Option(
            names = "--essay",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "text to hide needles in (made-up sentences)")
    @Nullable
    Path essay;

    @Option(
            names = "--essay-lines",
            description = "keep the lines of the text, as those of code: needles stand on lines of their own")
    boolean essayLines;

    @Option(
            names = "--prompt-end",
            paramLabel = "TEXT",
            defaultValue = "",
            description =
                    "added to every prompt: a blank where the blank before a number is a token of its own, so that the"
                            + " prompt ends with what looks the value up (nothing, as in RULER)")
    String promptEnd = "";

    /**
     * Returns the tasks with these names; to be called before a model is opened for them.
     *
     * @throws WrongInputException naming the first one that RULER lacks
     */
    static List<RulerTask> tasks(List<String> names) {
        return WrongInputException.ifRefused(
                () -> names.stream().map(RulerTask::of).toList());
    }

    /**
     * Prompts of a run.
     *
     * @param notes for readers of the results
     */
    record Prompts(List<EvalSample> samples, List<String> notes) {}

    /** Returns {@code count} prompts of every task at every length, in the tokens of {@code tokenizer}. */
    Prompts draw(Tokenizer tokenizer, List<RulerTask> tasks, List<Integer> lengths, int count) throws IOException {
        HaystackText haystack = haystack();
        Ruler ruler = new Ruler(
                text -> tokenizer.encode(text, SpecialTokens.EXCLUDED).ids().length,
                WordList.bundled(),
                haystack,
                promptEnd);
        List<EvalSample> samples = WrongInputException.ifRefused(() -> {
            List<EvalSample> drawn = new ArrayList<>();
            for (int length : lengths) {
                for (RulerTask task : tasks) {
                    ruler.samples(task, length, seed, count).forEach(sample -> drawn.add(EvalSample.of(sample)));
                }
            }
            return drawn;
        });
        return new Prompts(samples, notes(haystack));
    }

    /** Returns needles in chats, in the tokens of {@code counter}. */
    ChatNeedles chats(ChatNeedles.ChatCounter counter) throws IOException {
        return new ChatNeedles(counter, WordList.bundled(), haystack(), promptEnd);
    }

    /** Returns notes about the prompts for readers of the results. */
    List<String> notes() throws IOException {
        return notes(haystack());
    }

    private List<String> notes(HaystackText haystack) {
        List<String> notes = new ArrayList<>();
        notes.add("haystack in place of RULER's essays: " + haystack.label());
        if (!promptEnd.isEmpty()) {
            notes.add("every prompt has '" + promptEnd + "' added at its end");
        }
        return notes;
    }

    private HaystackText haystack() throws IOException {
        if (essay == null) {
            if (essayLines) {
                throw new WrongInputException("--essay-lines needs --essay FILE, whose lines it keeps");
            }
            return HaystackText.generated(WordList.bundled(), seed);
        }
        String name = essay.toString();
        String text = TextFile.read(essay);
        return WrongInputException.ifRefused(
                () -> essayLines ? HaystackText.lines(name, text) : HaystackText.given(name, text));
    }
}
