package io.speckv.evals.training;

import io.speckv.evals.ruler.NeedleWording;
import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.util.List;

/** What the lines around the needles of a training sequence are; one kind for a whole sequence. */
enum Haystack {
    /** RULER's filler line. */
    FILLER {
        @Override
        String line(Source source, Draw draw) {
            return NeedleWording.FILLER;
        }
    },
    /** A few random words. */
    WORDS {
        @Override
        String line(Source source, Draw draw) {
            return String.join(" ", source.words().distinct(draw.between(4, 12), draw)) + ".";
        }
    },
    /** Random digits that are no answer. */
    DIGITS {
        @Override
        String line(Source source, Draw draw) {
            return draw.pick(source.words().nouns()) + " " + draw.number(draw.between(1, 9)) + ".";
        }
    },
    /** Needles that nobody asks for. */
    NEEDLES {
        @Override
        String line(Source source, Draw draw) {
            NeedleWording wording = source.wording();
            return Needle.draw(1, 1, wording, source.words(), draw)
                    .get(0)
                    .lines()
                    .get(0)
                    .strip();
        }
    },
    /** Made-up English sentences. */
    SENTENCES {
        @Override
        String line(Source source, Draw draw) {
            return HaystackText.sentence(source.words(), draw);
        }
    },
    /** A stretch of given text. */
    TEXT {
        @Override
        String line(Source source, Draw draw) {
            if (source.texts().isEmpty()) {
                return SENTENCES.line(source, draw);
            }
            List<String> text = draw.pick(source.texts()).words();
            int from = draw.below(text.size());
            return String.join(" ", text.subList(from, Math.min(text.size(), from + draw.between(6, 24))));
        }
    };

    /**
     * What lines are made from.
     *
     * @param words words for keys and lists
     * @param texts given texts, may be none
     * @param wording kind of the needles in the sequence
     */
    record Source(WordList words, List<HaystackText> texts, NeedleWording wording) {}

    /** Returns whether lines can follow one another as running text. */
    boolean isProse() {
        return this == SENTENCES || this == TEXT;
    }

    /** Returns one line without its line end. */
    abstract String line(Source source, Draw draw);
}
