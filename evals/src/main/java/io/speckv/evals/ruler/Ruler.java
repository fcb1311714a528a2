package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates the tasks of RULER that need no outside data, at any length, from a seed.
 *
 * <p>The haystack is as large as possible: prompt and tokens reserved for the answer stay within the length. Differences from
 * RULER: the haystack grows by single lines or words instead of steps of up to 25 lines or 500 words, so that lengths of a few
 * hundred tokens are met too; {@link HaystackText} replaces the essays; where this project generates more tokens than RULER, it
 * reserves as many. Thread-safe if the counter is.
 */
public final class Ruler {
    private final TokenCounter counter;
    private final WordList words;
    private final HaystackText essay;
    private final String promptEnd;

    /** Creates a generator whose lengths are in the tokens of {@code counter}. */
    public Ruler(TokenCounter counter, WordList words, HaystackText essay) {
        this(counter, words, essay, "");
    }

    /**
     * Creates a generator whose prompts end differently from RULER's.
     *
     * @param promptEnd added to every prompt, such as a blank for vocabularies in which the blank before a number is a token of
     *     its own: prompts then end with the token whose query looks up the value
     */
    public Ruler(TokenCounter counter, WordList words, HaystackText essay, String promptEnd) {
        this.counter = counter;
        this.words = words;
        this.essay = essay;
        this.promptEnd = promptEnd;
    }

    /**
     * Returns {@code count} samples of {@code task} for prompts and answers of {@code length} tokens together.
     *
     * @throws IllegalArgumentException if the task needs outside data, or its smallest prompt is longer than this
     */
    public List<RulerSample> samples(RulerTask task, int length, long seed, int count) {
        RulerPrompt prompt = promptOf(task, length);
        List<RulerSample> samples = new ArrayList<>(count);
        int units = prompt.unitsMin() + length / 32;
        for (int index = 0; index < count; index++) {
            long sampleSeed = Draw.seedOf(seed, task.taskName().hashCode(), length, index);
            units = fit(task, prompt, length, sampleSeed, units);
            RulerPrompt.Drawn drawn = prompt.draw(units, new Draw(sampleSeed));
            samples.add(new RulerSample(
                    task,
                    index,
                    length,
                    tokens(task, drawn),
                    seed,
                    prompt.haystack(),
                    drawn.input(),
                    drawn.outputs(),
                    drawn.answerPrefix() + promptEnd,
                    task.maxNewTokens()));
        }
        return samples;
    }

    private int fit(RulerTask task, RulerPrompt prompt, int length, long seed, int guess) {
        int units = LargestFit.find(
                prompt.unitsMin(), guess, tried -> tokens(task, prompt.draw(tried, new Draw(seed))) <= length);
        if (units < prompt.unitsMin()) {
            int smallest = tokens(task, prompt.draw(prompt.unitsMin(), new Draw(seed)));
            throw new IllegalArgumentException("length is " + length + " tokens, the smallest prompt of " + task
                    + " and its answer take " + smallest);
        }
        return units;
    }

    private int tokens(RulerTask task, RulerPrompt.Drawn drawn) {
        return counter.count(drawn.prompt() + promptEnd) + task.reservedTokens();
    }

    private RulerPrompt promptOf(RulerTask task, int length) {
        NeedlePrompt.Shape one = NeedlePrompt.Shape.ofNumbers(1, 1, 1);
        NeedlePrompt.Shape uuidOfWords = new NeedlePrompt.Shape(1, 1, 1, false, true);
        NeedlePrompt.Shape uuids = new NeedlePrompt.Shape(1, 1, 1, true, true);
        NeedlePrompt.Hay text = NeedlePrompt.text(essay);
        return switch (task) {
            case NIAH_SINGLE_1 -> new NeedlePrompt(one, NeedlePrompt.filler(), words);
            case NIAH_SINGLE_2 -> new NeedlePrompt(one, text, words);
            case NIAH_SINGLE_3 -> new NeedlePrompt(uuidOfWords, text, words);
            case NIAH_MULTIKEY_1 -> new NeedlePrompt(NeedlePrompt.Shape.ofNumbers(4, 1, 1), text, words);
            case NIAH_MULTIKEY_2 -> new NeedlePrompt(one, NeedlePrompt.needles(one, words), words);
            case NIAH_MULTIKEY_3 -> new NeedlePrompt(uuids, NeedlePrompt.needles(uuids, words), words);
            case NIAH_MULTIVALUE -> new NeedlePrompt(NeedlePrompt.Shape.ofNumbers(1, 4, 1), text, words);
            case NIAH_MULTIQUERY -> new NeedlePrompt(NeedlePrompt.Shape.ofNumbers(4, 1, 4), text, words);
            case VT -> new VariableTracking(length);
            case CWE -> new CommonWords(words, length);
            case FWE -> new FrequentWords(length);
            case QA_1, QA_2 ->
                throw new IllegalArgumentException(
                        task + " is read from RULER's files and not generated; generated are " + RulerTask.generable());
        };
    }
}
