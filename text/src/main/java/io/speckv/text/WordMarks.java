package io.speckv.text;

/** How a vocabulary marks words, by the rules of LLMLingua-2's {@code is_begin_of_new_token}. */
enum WordMarks {
    /** WordPiece: a token that continues a word begins with "##". */
    CONTINUATIONS {
        @Override
        boolean begins(String piece) {
            return !piece.startsWith("##");
        }
    },
    /** SentencePiece: a token that begins a word begins with U+2581; punctuation is a word of its own. */
    BEGINNINGS {
        @Override
        boolean begins(String piece) {
            return piece.startsWith("\u2581") || (piece.length() == 1 && PUNCTUATION.contains(piece));
        }
    };

    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /** Returns whether a token, spelled as in the vocabulary, begins a word. */
    abstract boolean begins(String piece);

    static WordMarks ofModel(String type) {
        return type.equals("WordPiece") ? CONTINUATIONS : BEGINNINGS;
    }
}
