package io.speckv.training;

import io.speckv.evals.ruler.NeedleWording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes questions for needles in RULER's words, with their answers. */
final class Questions {
    private static final int QUESTION_FROM = 128;

    private final TaskTokens text;
    private final RecallMix.Kind kind;
    private final NeedleWording wording;
    private final Form form;

    /**
     * A question with its answer.
     *
     * @param answers whether each token is part of the answer
     */
    @SuppressWarnings("ArrayRecordComponent") // Only read, never compared.
    record Question(int[] tokens, boolean[] answers) {}

    Questions(TaskTokens text, RecallMix.Kind kind, Form form) {
        this.text = text;
        this.kind = kind;
        this.wording = kind.wording();
        this.form = form;
    }

    /** Returns the text above the haystack. */
    int[] preface() {
        return text.fixed(wording.header(kind.several() ? 2 : 1));
    }

    /** Returns the question for {@code asked} in a sequence of {@code length} tokens. */
    Question question(List<Needle> asked, int length, Random random) {
        if (form.terse()) {
            return terse(asked);
        }
        List<int[]> prompt = new ArrayList<>();
        List<int[]> answer = new ArrayList<>();
        int[] query = text.encode(" " + NeedleWording.list(keys(asked)));
        if (form.chat() || (length >= QUESTION_FROM && random.nextBoolean())) {
            prompt.add(text.fixed((form.chat() ? "" : "\n") + wording.asksFor(asked.size())));
            prompt.add(query);
            prompt.add(text.fixed(NeedleWording.MENTIONED + "?"));
        }
        if (form.chat()) {
            prompt.add(new int[] {text.turnEnd()});
            prompt.add(text.fixed("\n"));
            prompt.add(new int[] {text.turnStart()});
            prompt.add(text.fixed("assistant\n"));
        }
        List<int[]> prefix = form.chat() ? answer : prompt;
        prefix.add(text.fixed((form.chat() ? "" : " ") + wording.answersFor(asked.size())));
        prefix.add(query);
        prefix.add(text.fixed(NeedleWording.MENTIONED + (asked.size() == 1 ? " is" : " are")));
        answer.add(text.encode(values(asked) + "."));
        answer.add(new int[] {form.end()});
        int[] before = TaskTokens.join(prompt);
        int[] tokens = TaskTokens.join(List.of(before, TaskTokens.join(answer)));
        boolean[] answers = new boolean[tokens.length];
        Arrays.fill(answers, before.length, tokens.length, true);
        return new Question(tokens, answers);
    }

    /** Repeats the needle up to its value. This is the plainest question, and teaches choosing among keys. */
    private Question terse(List<Needle> asked) {
        int[] prompt = TaskTokens.join(
                List.of(text.encode(form.line() + asked.get(0).key()), text.fixed(NeedleWording.BEFORE_VALUE)));
        int[] answer = TaskTokens.join(List.of(text.encode(values(asked) + "."), new int[] {form.end()}));
        int[] tokens = TaskTokens.join(List.of(prompt, answer));
        boolean[] answers = new boolean[tokens.length];
        Arrays.fill(answers, prompt.length, tokens.length, true);
        return new Question(tokens, answers);
    }

    private List<String> keys(List<Needle> asked) {
        List<Needle> different = kind == RecallMix.Kind.QUERIES ? asked : asked.subList(0, 1);
        return different.stream().map(Needle::key).toList();
    }

    /**
     * Returns the values asked for. If a question asks for several keys, each value follows its key, so that each is
     * recalled separately.
     */
    private String values(List<Needle> asked) {
        List<String> values = new ArrayList<>();
        for (Needle needle : asked) {
            values.add(
                    kind == RecallMix.Kind.QUERIES
                            ? needle.key() + NeedleWording.BEFORE_VALUE + " " + needle.value()
                            : needle.value());
        }
        return " " + String.join(", ", values);
    }
}
