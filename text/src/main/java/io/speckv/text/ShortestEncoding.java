package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The fewest tokens that a text of some length can have. With it a text far beyond a limit is refused before any work.
 *
 * @param charsPerToken most chars that one token stands for; 0 if there is no bound
 */
record ShortestEncoding(long charsPerToken) {
    /** Composition makes one char from at most four. */
    private static final int COMPOSED = 4;

    static ShortestEncoding of(TokenizerFile file, VocabularyFacts vocabulary, AddedTokens added) {
        int shrinking = shrinking(file.normalizer());
        // An unknown token may stand for any length of text, and a token that strips for any white space.
        if (shrinking == 0
                || !vocabulary.type().equals("BPE")
                || !vocabulary.knowsAll()
                || added.tokens().stream().anyMatch(token -> token.lstrip() || token.rstrip())) {
            return new ShortestEncoding(0);
        }
        int longest = added.tokens().stream()
                .mapToInt(token -> token.content().length())
                .reduce(vocabulary.longest(), Math::max);
        return new ShortestEncoding((long) longest * shrinking);
    }

    /** Returns a lower bound of the number of tokens in a text of so many chars. */
    long tokens(long chars) {
        return charsPerToken == 0 ? 0 : chars / charsPerToken;
    }

    /** Returns the most chars that a normaliser turns into one; 0 if it may drop any number. */
    private static int shrinking(JsonNode normalizer) {
        return switch (normalizer.path("type").asText()) {
            case "", "NFD", "NFKD", "Prepend", "Lowercase" -> 1;
            case "NFC", "NFKC" -> COMPOSED;
            case "Replace" -> {
                String pattern = normalizer.path("pattern").path("String").asText();
                yield !pattern.isEmpty() && normalizer.path("content").asText().length() >= pattern.length() ? 1 : 0;
            }
            case "Sequence" -> {
                int product = 1;
                for (JsonNode inner : normalizer.path("normalizers")) {
                    product *= shrinking(inner);
                }
                yield product;
            }
            default -> 0;
        };
    }
}
