package io.speckv.evals.training;

/**
 * What the questions of recall sequences ask for.
 *
 * @param valuesFrom tokens from which a sequence may ask for several values of one key
 * @param queriesFrom tokens from which it may ask for the values of several keys
 * @param valuesShare of the sequences that may, how many ask for several values of one key, in twentieths
 * @param terseValues whether those may be asked for tersely; they must be below {@value #WORDY_VALUES_FROM} tokens
 * @param mostQuestions of one sequence
 * @param choiceWeight of an answer's first digits, in which it chooses among needles, where its other tokens have weight 1
 */
record RecallSettings(
        int valuesFrom, int queriesFrom, int valuesShare, boolean terseValues, int mostQuestions, float choiceWeight) {
    /** What is taken where a settings file says nothing: recall of one value first, several at length only. */
    static final RecallSettings DEFAULTS = new RecallSettings(512, 512, 3, false, 12, 1);

    /** Tokens that two needles of one key, and a question for them, need in RULER's words. */
    private static final int WORDY_VALUES_FROM = 192;

    RecallSettings {
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
    }

    /** Tokens that a sequence of a kind needs. */
    int shortest(RecallMix.Kind kind) {
        return switch (kind) {
            case SINGLE, FEW, ALL -> 64;
            case VALUES -> valuesFrom;
            case QUERIES -> queriesFrom;
            case HEXADECIMAL -> 512;
        };
    }

    /** Of eight sequences of a kind and length, how many are terse. */
    int terseEighths(RecallMix.Kind kind, int length) {
        boolean brief = length <= 256;
        return switch (kind) {
            case QUERIES -> 0;
            case VALUES -> terseValues ? length < WORDY_VALUES_FROM ? 8 : brief ? 6 : 1 : 0;
            case SINGLE, FEW, ALL, HEXADECIMAL -> brief ? 4 : 1;
        };
    }
}
