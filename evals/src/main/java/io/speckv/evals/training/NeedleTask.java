package io.speckv.evals.training;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.List;

/**
 * Needles among lines of one kind of haystack, then questions with their answers, in RULER's wording.
 *
 * <p>A sequence is {@code [header] lines question1 answer1 end question2 answer2 end ...}. Questions take at most half of
 * the sequence but one is always asked; the header and the first half of a question are left out where the sequence is too
 * short for them. {@link Layout} fills the sequence to the last token.
 */
final class NeedleTask {
    private static final int QUESTIONS_MAX = 8;
    private static final int FULL_QUESTION_LENGTH = 96;
    private static final int ATTEMPTS = 50;
    private static final int UUID_LENGTH = 384;
    private static final double UUID_SHARE = 0.06;
    private static final double RUNNING_SHARE = 0.7;

    private final TextEncoder encoder;
    private final int endToken;
    private final WordList words;
    private final List<HaystackText> texts;

    /** Whether one value, all values of a key or the values of several keys are asked for at once. */
    enum Form {
        SINGLE,
        MULTIVALUE,
        MULTIQUERY
    }

    /** The tokens of a question up to the answer, and those of the answer without the end token. */
    private static final class Question {
        private final int[] ask;
        private final int[] answer;

        Question(int[] ask, int[] answer) {
            this.ask = ask;
            this.answer = answer;
        }

        int length() {
            return ask.length + answer.length + 1;
        }
    }

    NeedleTask(TextEncoder encoder, int endToken, WordList words, List<HaystackText> texts) {
        this.encoder = encoder;
        this.endToken = endToken;
        this.words = words;
        this.texts = List.copyOf(texts);
    }

    /** Returns the shortest sequence that holds a question of {@code form} and its needles. */
    static int lengthMin(Form form) {
        return form == Form.SINGLE ? 64 : 256;
    }

    void write(Sequence sequence, Form form, Draw draw) {
        int length = sequence.room();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean uuids = form == Form.SINGLE && length >= UUID_LENGTH && draw.chance(UUID_SHARE);
            NeedleWording wording = uuids ? NeedleWording.UUIDS : NeedleWording.NUMBERS;
            List<Needle> needles = needles(form, wording, length, draw);
            List<String> lines =
                    needles.stream().flatMap(needle -> needle.lines().stream()).toList();
            Layout layout = layout(form, wording, draw);
            int room = length - layout.tokens(lines);
            List<Question> questions = questions(form, needles, room, length, draw);
            if (!questions.isEmpty()) {
                int asked = questions.stream().mapToInt(Question::length).sum();
                layout.rows(lines, length - asked, draw).forEach(sequence::addBackground);
                for (Question question : questions) {
                    sequence.addBackground(question.ask);
                    sequence.addAnswer(question.answer, endToken);
                }
                return;
            }
        }
        throw new IllegalArgumentException("length is " + length + ", too short for a needle and its question in this"
                + " vocabulary; " + ATTEMPTS + " drawn at random all needed more");
    }

    private Layout layout(Form form, NeedleWording wording, Draw draw) {
        Haystack haystack = draw.pick(List.of(Haystack.values()));
        Haystack.Source source = new Haystack.Source(words, texts, wording);
        boolean running = haystack.isProse() && draw.chance(RUNNING_SHARE);
        return new Layout(
                encoder, wording.header(form == Form.SINGLE ? 1 : 2), running, () -> haystack.line(source, draw));
    }

    private List<Needle> needles(Form form, NeedleWording wording, int length, Draw draw) {
        int most = Math.max(1, length / (wording.equals(NeedleWording.UUIDS) ? 256 : 64));
        return switch (form) {
            case SINGLE -> {
                int count = draw.pick(List.of(1, 4, QUESTIONS_MAX));
                yield Needle.draw(Math.min(count, most), 1, wording, words, draw);
            }
            case MULTIVALUE -> Needle.draw(1, Math.min(4, most), wording, words, draw);
            case MULTIQUERY -> Needle.draw(Math.min(4, most), 1, wording, words, draw);
        };
    }

    /** Returns questions that fit into {@code room}, none if not even one does. */
    private List<Question> questions(Form form, List<Needle> needles, int room, int length, Draw draw) {
        List<Question> questions = new ArrayList<>();
        int wanted = form == Form.SINGLE ? draw.between(1, Math.min(QUESTIONS_MAX, needles.size())) : 1;
        int taken = 0;
        for (int index : draw.distinctBelow(needles.size(), wanted)) {
            Question question = question(form == Form.SINGLE ? List.of(needles.get(index)) : needles, length, draw);
            taken += question.length();
            if (taken > (questions.isEmpty() ? room : Math.min(room, length / 2))) {
                break;
            }
            questions.add(question);
        }
        return questions;
    }

    private Question question(List<Needle> asked, int length, Draw draw) {
        NeedleWording wording = asked.get(0).wording();
        List<String> keys = asked.stream().map(Needle::key).toList();
        List<String> values =
                asked.stream().flatMap(needle -> needle.values().stream()).toList();
        String prefix = wording.answerPrefix(keys, values.size());
        boolean full = length >= FULL_QUESTION_LENGTH && draw.chance(0.9);
        String ask = full ? wording.question(keys, values.size()) + prefix : prefix.strip();
        return new Question(encoder.encode(ask), encoder.encode(" " + NeedleWording.list(values) + "."));
    }
}
