package io.speckv.engine;

/** A token id that the model has no embedding for. */
public final class TokenOutOfVocabularyException extends EngineException {
    private final int token;
    private final int index;
    private final int vocabSize;

    /**
     * @param token the id found
     * @param index its place in the tokens given, from 0
     * @param vocabSize rows of the embedding; valid ids are 0 to {@code vocabSize - 1}
     */
    public TokenOutOfVocabularyException(int token, int index, int vocabSize) {
        super("expected token ids from 0 to " + (vocabSize - 1) + ", found " + token + " at index " + index);
        this.token = token;
        this.index = index;
        this.vocabSize = vocabSize;
    }

    /**
     * Checks that every id has an embedding.
     *
     * @throws TokenOutOfVocabularyException for the first id that has none
     */
    public static void check(int[] tokens, int vocabSize) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= vocabSize) {
                throw new TokenOutOfVocabularyException(tokens[i], i, vocabSize);
            }
        }
    }

    @Override
    public String code() {
        return "token_out_of_vocabulary";
    }

    /** Returns the id found. */
    public int token() {
        return token;
    }

    /** Returns the place of the id in the tokens given, from 0. */
    public int index() {
        return index;
    }

    /** Returns the number of ids the model knows. */
    public int vocabSize() {
        return vocabSize;
    }
}
