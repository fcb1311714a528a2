package io.speckv.training;

import java.util.Random;

/**
 * What the questions of recall sequences ask for.
 *
 * @param valuesFrom fewest tokens of a sequence that may ask for several values of one key
 * @param queriesFrom fewest tokens of a sequence that may ask for the values of several keys
 * @param valuesShare how many twentieths of the sequences that may ask for several values of one key do so
 * @param terseValues whether such questions may be terse; in sequences below {@value #WORDY_VALUES_FROM} tokens they must be
 * @param mostQuestions most questions of one sequence
 * @param choiceWeight weight of an answer's first digits, which choose among needles; its other tokens have weight 1
 * @param fourValues how many of eight questions for several values ask for four, like RULER's, from {@value #FOUR_FROM}
 *     tokens on; the others ask for two to four
 * @param loneValues how many of eight sequences for several values of one key ask a single question, like RULER's
 * @param allShare how many tenths of the sequences for one value consist of needles alone; 0 or left out means
 *     {@value #USUAL_ALL_SHARE}
 * @param queriesShare how many twentieths of the sequences that may ask for the values of several keys do so; 0 or left out
 *     means {@value #USUAL_QUERIES_SHARE}
 * @param rivals how many of eight two-word keys share a word with an earlier key, if questions ask for one value
 * @param sentences whether haystacks may be made-up sentences, in which evaluations hide needles too
 */
record RecallSettings(
        int valuesFrom,
        int queriesFrom,
        int valuesShare,
        boolean terseValues,
        int mostQuestions,
        float choiceWeight,
        int fourValues,
        int loneValues,
        int allShare,
        int queriesShare,
        int rivals,
        boolean sentences) {
    /** The settings of a file that has none: mostly recall of one value, and several values only in long sequences. */
    static final RecallSettings DEFAULTS = new RecallSettings(512, 512, 3, false, 12, 1, 0, 0, 0, 0, 0, false);

    /** Tokens that two needles of one key and a question for them take in RULER's words. */
    private static final int WORDY_VALUES_FROM = 192;

    /** Fewest tokens of a sequence whose questions may ask for four values. */
    private static final int FOUR_FROM = 192;

    private static final int USUAL_ALL_SHARE = 5;

    private static final int USUAL_QUERIES_SHARE = 3;

    RecallSettings {
        allShare = allShare == 0 ? USUAL_ALL_SHARE : allShare;
        queriesShare = queriesShare == 0 ? USUAL_QUERIES_SHARE : queriesShare;
        TrainingSettings.require(
                valuesFrom >= (terseValues ? 128 : WORDY_VALUES_FROM),
                "recall.valuesFrom",
                valuesFrom,
                "be at least " + WORDY_VALUES_FROM + ", or 128 with terseValues");
        TrainingSettings.require(queriesFrom >= 256, "recall.queriesFrom", queriesFrom, "be at least 256");
        TrainingSettings.require(
                valuesShare >= 0 && valuesShare <= 16, "recall.valuesShare", valuesShare, "be in 0 to 16");
        TrainingSettings.require(choiceWeight > 0, "recall.choiceWeight", choiceWeight, "be above 0");
        TrainingSettings.require(mostQuestions >= 1, "recall.mostQuestions", mostQuestions, "be at least 1");
        TrainingSettings.require(fourValues >= 0 && fourValues <= 8, "recall.fourValues", fourValues, "be in 0 to 8");
        TrainingSettings.require(loneValues >= 0 && loneValues <= 8, "recall.loneValues", loneValues, "be in 0 to 8");
        TrainingSettings.require(allShare >= 1 && allShare <= 10, "recall.allShare", allShare, "be in 1 to 10");
        TrainingSettings.require(
                queriesShare >= 1 && valuesShare + queriesShare <= 19,
                "recall.queriesShare",
                queriesShare,
                "be in 1 to 19 less valuesShare");
        TrainingSettings.require(rivals >= 0 && rivals <= 8, "recall.rivals", rivals, "be in 0 to 8");
    }

    /** Returns how many values a question of a kind asks for in a sequence of {@code length} tokens. */
    int asked(RecallMix.Kind kind, int length, Random random) {
        if (!kind.several()) {
            return 1;
        }
        int most = length < FOUR_FROM ? 3 : 4;
        boolean four = most == 4 && fourValues > 0 && random.nextInt(8) < fourValues;
        return four ? 4 : 2 + random.nextInt(most - 1);
    }

    /** Returns whether a sequence of a kind asks only one question, even if there is room for more. */
    boolean lone(RecallMix.Kind kind, Random random) {
        return switch (kind) {
            case SINGLE -> random.nextInt(3) > 0;
            case VALUES -> loneValues > 0 && random.nextInt(8) < loneValues;
            case FEW, ALL, QUERIES, HEXADECIMAL -> false;
        };
    }

    /** Returns how many of eight two-word keys in a sequence of a kind share a word with an earlier key. */
    int rivals(RecallMix.Kind kind) {
        return kind.several() ? 0 : rivals;
    }

    /** Returns a kind that asks for one value. */
    RecallMix.Kind one(Random random) {
        int draw = random.nextInt(10);
        if (draw >= 10 - allShare) {
            return RecallMix.Kind.ALL;
        }
        return draw < 2 ? RecallMix.Kind.SINGLE : RecallMix.Kind.FEW;
    }

    /** Returns how many tokens a sequence of a kind needs. */
    int shortest(RecallMix.Kind kind) {
        return switch (kind) {
            case SINGLE, FEW, ALL -> 64;
            case VALUES -> valuesFrom;
            case QUERIES -> queriesFrom;
            case HEXADECIMAL -> 512;
        };
    }

    /** Returns how many of eight sequences of a kind and length are terse. */
    int terseEighths(RecallMix.Kind kind, int length) {
        boolean brief = length <= 256;
        return switch (kind) {
            case QUERIES -> 0;
            case VALUES -> terseValues ? length < WORDY_VALUES_FROM ? 8 : brief ? 6 : 1 : 0;
            case SINGLE, FEW, ALL, HEXADECIMAL -> brief ? 4 : 1;
        };
    }
}
