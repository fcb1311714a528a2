package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Needles in a haystack: keys with values hidden in lines or running text, some of them asked for.
 *
 * <p>Source: {@code niah.py} of RULER. Differs in: needles of one sample are shuffled with the sample's own seed instead
 * of one fixed seed, and other needles never have a hidden key, of which RULER's longer word lists draw one again next to never.
 */
final class NeedlePrompt implements RulerPrompt {
    /** Of one key: so many are in vain only where there is none left. */
    private static final int DRAWS_MOST = 10_000;

    private final Shape shape;
    private final Hay hay;
    private final WordList words;

    /**
     * The number and kind of needles and questions.
     *
     * @param keys different keys
     * @param valuesPerKey values of each key
     * @param asked keys in the question, at most {@code keys}
     * @param uuidKeys whether keys are UUIDs instead of word pairs
     * @param uuidValues whether values are UUIDs instead of numbers
     */
    record Shape(int keys, int valuesPerKey, int asked, boolean uuidKeys, boolean uuidValues) {
        /** Returns the shape of word pairs that have numbers. */
        static Shape ofNumbers(int keys, int valuesPerKey, int asked) {
            return new Shape(keys, valuesPerKey, asked, false, false);
        }

        int needles() {
            return keys * valuesPerKey;
        }

        int answers() {
            return asked * valuesPerKey;
        }

        NeedleWording wording() {
            return uuidValues ? NeedleWording.UUIDS : NeedleWording.NUMBERS;
        }

        String key(WordList words, Draw draw) {
            return uuidKeys ? draw.uuid() : words.pair(draw);
        }

        String value(Draw draw) {
            return uuidValues ? draw.uuid() : draw.number(7);
        }
    }

    /** The text around the needles. */
    interface Hay {
        /** Returns {@code needles} hidden in {@code units} of hay. */
        String hide(List<String> needles, int units, Draw draw);

        int unitsMin(int needles);

        String label();
    }

    NeedlePrompt(Shape shape, Hay hay, WordList words) {
        this.shape = shape;
        this.hay = hay;
        this.words = words;
    }

    static Hay filler() {
        return new Lines("repeated filler line") {
            @Override
            String line(List<String> needles, Draw draw) {
                return NeedleWording.FILLER;
            }
        };
    }

    static Hay needles(Shape shape, WordList words) {
        return new Lines("other needles") {
            @Override
            String line(List<String> needles, Draw draw) {
                String key = shape.key(words, draw);
                int draws = 1;
                // A hidden key with another value would leave no right answer. There are few enough keys to meet one.
                while (hides(needles, key)) {
                    if (++draws > DRAWS_MOST) {
                        throw new IllegalArgumentException("the words make too few keys to hide any among others");
                    }
                    key = shape.key(words, draw);
                }
                return shape.wording().needle(key, shape.value(draw));
            }

            private boolean hides(List<String> needles, String key) {
                String beginning = shape.wording().needle(key);
                return needles.stream().anyMatch(needle -> needle.startsWith(beginning));
            }
        };
    }

    static Hay text(HaystackText text) {
        return text.isLines() ? new GivenLines(text) : new Running(text);
    }

    @Override
    public int unitsMin() {
        return hay.unitsMin(shape.needles());
    }

    @Override
    public String haystack() {
        return hay.label();
    }

    @Override
    public Drawn draw(int units, Draw draw) {
        List<String> keys = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        List<String> needles = new ArrayList<>();
        while (keys.size() < shape.keys()) {
            String key = shape.key(words, draw);
            if (keys.contains(key)) {
                continue;
            }
            List<String> ofKey = new ArrayList<>();
            for (int i = 0; i < shape.valuesPerKey(); i++) {
                ofKey.add(shape.value(draw));
                needles.add(shape.wording().needle(key, ofKey.get(i)));
            }
            keys.add(key);
            values.add(ofKey);
        }
        draw.shuffle(needles);
        List<String> asked = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        for (int key : draw.distinctBelow(shape.keys(), shape.asked())) {
            asked.add(keys.get(key));
            answers.addAll(values.get(key));
        }
        NeedleWording wording = shape.wording();
        String input = wording.header(shape.answers()) + hay.hide(needles, units, draw) + "\n"
                + wording.question(asked, shape.answers());
        return new Drawn(input, wording.answerPrefix(asked, shape.answers()), answers);
    }

    /** Lines, with each needle on a line of its own before a random line. */
    private abstract static class Lines implements Hay {
        private final String label;

        Lines(String label) {
            this.label = label;
        }

        abstract String line(List<String> needles, Draw draw);

        @Override
        public String hide(List<String> needles, int units, Draw draw) {
            List<Integer> places = draw.distinctBelow(units, needles.size());
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < units; i++) {
                lines.add(line(needles, draw));
            }
            return onLinesOfTheirOwn(needles, places, lines);
        }

        @Override
        public int unitsMin(int needles) {
            return needles;
        }

        @Override
        public String label() {
            return label;
        }
    }

    /** Puts each needle in front of the line at its place. */
    private static String onLinesOfTheirOwn(List<String> needles, List<Integer> places, List<String> lines) {
        places.sort(Collections.reverseOrder());
        for (int i = 0; i < places.size(); i++) {
            lines.add(places.get(i), needles.get(i));
        }
        return String.join("\n", lines);
    }

    /** Lines of a text from its beginning, such as code, with each needle on a line of its own before a random line. */
    private record GivenLines(HaystackText text) implements Hay {
        @Override
        public String hide(List<String> needles, int units, Draw draw) {
            List<Integer> places = draw.distinctBelow(units, needles.size());
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < units; i++) {
                lines.add(text.words().get(i % text.words().size()));
            }
            return onLinesOfTheirOwn(needles, places, lines);
        }

        @Override
        public int unitsMin(int needles) {
            return needles;
        }

        @Override
        public String label() {
            return text.label();
        }
    }

    /** Running text, with each needle between two sentences at one of forty depths. */
    private record Running(HaystackText text) implements Hay {
        private static final int DEPTHS = 40;

        @Override
        public String hide(List<String> needles, int units, Draw draw) {
            List<String> sentences = Sentences.of(text.first(units));
            List<Integer> places = new ArrayList<>();
            for (int depth : draw.distinctBelow(DEPTHS, needles.size())) {
                long percent = Math.round(100.0 * depth / (DEPTHS - 1));
                places.add((int) (sentences.size() * percent / 100));
            }
            Collections.sort(places);
            List<String> parts = new ArrayList<>();
            int done = 0;
            for (int i = 0; i < places.size(); i++) {
                parts.addAll(sentences.subList(done, places.get(i)));
                parts.add(needles.get(i));
                done = places.get(i);
            }
            parts.addAll(sentences.subList(done, sentences.size()));
            return String.join(" ", parts);
        }

        @Override
        public int unitsMin(int needles) {
            return 1;
        }

        @Override
        public String label() {
            return text.label();
        }
    }
}
