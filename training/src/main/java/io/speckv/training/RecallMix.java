package io.speckv.training;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Generates recall sequences in RULER's wording, of an exact number of tokens: needles in a haystack, then questions, each
 * followed by its answer and the end token. It also generates the copying sequences that are learned before.
 *
 * <p>A sequence depends on the order of its random draws. A change in that order changes the model that every settings file
 * leads to.
 */
final class RecallMix {
    /** The kinds of recall: how many needles a sequence hides, and what its questions ask for. */
    enum Kind {
        SINGLE,
        FEW,
        ALL,
        VALUES,
        QUERIES,
        HEXADECIMAL;

        /** Returns whether a question asks for several values. */
        boolean several() {
            return this == VALUES || this == QUERIES;
        }

        NeedleWording wording() {
            return this == HEXADECIMAL ? NeedleWording.UUIDS : NeedleWording.NUMBERS;
        }
    }

    private static final float OTHER_WEIGHT = 0.1f;
    private static final double OTHER_SHARE = 0.05;
    private static final int TOKENS_A_QUESTION = 40;
    private static final int FORMS_TRIED = 20;
    private static final int QUESTIONS_TRIED = 20;

    /** A seed that evaluations do not use by default. */
    private static final long SENTENCES_SEED = 2506_08373L;

    private final RecallSettings settings;
    private final TaskTokens text;
    private final WordList words;
    private final Copying copying;
    private final Haystack haystack;

    /**
     * @param words that keys and noise are made of
     * @param prose tokens of running text for haystacks
     */
    RecallMix(RecallSettings settings, TaskTokens text, WordList words, int[] prose) {
        this.settings = settings;
        this.text = text;
        this.words = words;
        this.copying = new Copying(text.plain());
        int[] sentences = settings.sentences()
                ? text.encode(
                        " " + HaystackText.generated(words, SENTENCES_SEED).text())
                : new int[0];
        this.haystack = new Haystack(text, words, prose, sentences);
    }

    /** Returns random tokens in which later stretches repeat earlier ones. Repeated tokens have weight 1. */
    Example copying(int length, Random random) {
        return copying.example(length, random);
    }

    /** Returns whether a sequence of {@code length} tokens has room for a kind. */
    boolean fits(Kind kind, int length) {
        return length >= settings.shortest(kind);
    }

    /** Returns a kind that fits the length. Kinds that need more room are rarer. */
    Kind kind(int length, Random random) {
        int draw = random.nextInt(20);
        int values = settings.valuesShare();
        int several = values + settings.queriesShare();
        if (length >= settings.valuesFrom() && draw < values) {
            return Kind.VALUES;
        }
        if (length >= settings.queriesFrom() && draw < several) {
            return Kind.QUERIES;
        }
        if (length >= settings.shortest(Kind.HEXADECIMAL) && draw <= several) {
            return Kind.HEXADECIMAL;
        }
        return settings.one(random);
    }

    /**
     * Returns normally if sequences of a length have room for a question of each kind that they may be of.
     *
     * @throws IOException if the vocabulary spells a question in more tokens
     */
    void requireRoom(int length) throws IOException {
        Random random = new Random(0);
        for (Kind kind : Kind.values()) {
            for (int form = 0; fits(kind, length) && form < FORMS_TRIED; form++) {
                int least = leastOfOneForm(kind, length, random);
                if (least > length) {
                    throw new IOException(
                            ("lengths hold %d; with this vocabulary of %d tokens a question of kind %s takes"
                                            + " %d: take a larger vocabulary or longer sequences")
                                    .formatted(
                                            length,
                                            text.vocabulary(),
                                            kind.name().toLowerCase(Locale.ROOT),
                                            least));
                }
            }
        }
    }

    /** Returns the fewest tokens of some questions in one form, each alone in its sequence; those of the first that fits. */
    private int leastOfOneForm(Kind kind, int length, Random random) {
        Form form = Form.draw(text, length, settings.terseEighths(kind, length), random);
        Needles draw = new Needles(text, words, kind, form, settings.rivals(kind));
        Questions ask = new Questions(text, kind, form);
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < QUESTIONS_TRIED && least > length; i++) {
            List<Needle> asked = draw.asked(settings.asked(kind, length, random), random);
            int cost = form.opening().length + form.first().length + tokens(ask.question(asked, length, random), asked);
            least = Math.min(least, cost);
        }
        return least;
    }

    /** Returns a sequence of one kind. The same state of {@code random} gives the same sequence. */
    Example recall(int length, Kind kind, Random random) {
        Form form = Form.draw(text, length, settings.terseEighths(kind, length), random);
        Needles draw = new Needles(text, words, kind, form, settings.rivals(kind));
        Questions ask = new Questions(text, kind, form);
        List<Needle> needles = new ArrayList<>();
        List<Questions.Question> questions = new ArrayList<>();
        int used = form.opening().length;
        int wanted = wanted(length, kind, form, random);
        while (questions.size() < wanted) {
            List<Needle> asked = draw.asked(settings.asked(kind, length, random), random);
            Questions.Question question = ask.question(asked, length, random);
            int cost = (questions.isEmpty() ? form.first() : form.next()).length + tokens(question, asked);
            if (used + cost <= length) {
                used += cost;
                needles.addAll(asked);
                questions.add(question);
            } else if (!questions.isEmpty()) {
                break;
            }
        }
        int[] preface = ask.preface();
        boolean prefaced = used + preface.length + 8 < length && random.nextInt(4) > 0;
        int room = length - used - (prefaced ? preface.length : 0);
        List<Needle> unasked = draw.unasked(room, random);
        needles.addAll(unasked);
        Pieces pieces = new Pieces();
        pieces.add(form.opening());
        if (prefaced) {
            pieces.add(preface);
        }
        pieces.add(haystack.hide(needles, form, room - tokens(unasked), random));
        Collections.shuffle(questions, random);
        for (int i = 0; i < questions.size(); i++) {
            pieces.add(i == 0 ? form.first() : form.next());
            pieces.add(questions.get(i));
        }
        return pieces.example(random);
    }

    /** Returns how many questions a sequence asks if there is room. */
    private int wanted(int length, Kind kind, Form form, Random random) {
        if (settings.lone(kind, random)) {
            return 1;
        }
        int most = Math.max(
                1,
                Math.min(
                        settings.mostQuestions(), length / (form.terse() ? TOKENS_A_QUESTION / 2 : TOKENS_A_QUESTION)));
        return most - random.nextInt(most / 2 + 1);
    }

    /** Returns what a question and the needles that it asks for take. */
    private static int tokens(Questions.Question question, List<Needle> asked) {
        return question.tokens().length + tokens(asked);
    }

    private static int tokens(List<Needle> needles) {
        return needles.stream().mapToInt(needle -> needle.tokens().length).sum();
    }

    /** A growing sequence in which answer tokens are marked. */
    private final class Pieces {
        private final List<int[]> tokens = new ArrayList<>();
        private final List<boolean[]> answers = new ArrayList<>();

        void add(int[] plain) {
            tokens.add(plain);
            answers.add(new boolean[plain.length]);
        }

        void add(Questions.Question question) {
            tokens.add(question.tokens());
            answers.add(question.answers());
        }

        /**
         * Answers have weight 1 or more. A few other tokens have a small weight, so that the model keeps predicting ordinary
         * text.
         */
        Example example(Random random) {
            int[] joined = TaskTokens.join(tokens);
            boolean[] answer = new boolean[joined.length];
            float[] weights = new float[joined.length];
            int next = 0;
            for (boolean[] mark : answers) {
                for (boolean marked : mark) {
                    answer[next] = marked;
                    weights[next] = marked
                            ? answerWeight(joined, next)
                            : next > 0 && random.nextDouble() < OTHER_SHARE ? OTHER_WEIGHT : 0;
                    next++;
                }
            }
            return new Example(joined, weights, answer);
        }

        private float answerWeight(int[] tokens, int index) {
            boolean chooses = text.isDigit(tokens[index]) && !text.isDigit(tokens[index - 1]);
            return chooses ? settings.choiceWeight() : 1;
        }
    }
}
