package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The tokens outside a vocabulary: those of {@code tokenizer.json}, with the additions and changes of
 * {@code tokenizer_config.json}.
 *
 * @param tokens in the order in which they are numbered
 */
record AddedTokens(List<AddedToken> tokens, Map<String, Integer> vocabularyIds, int vocabularySize) {

    /** Returns every spelling whose id in the vocabulary is needed. */
    static Set<String> spellings(TokenizerFile file, TokenizerConfig config) {
        Set<String> spellings =
                config.addedTokens().stream().map(AddedToken::content).collect(Collectors.toSet());
        file.addedTokens().forEach(token -> spellings.add(token.path("content").asText()));
        return spellings;
    }

    static AddedTokens join(TokenizerFile file, TokenizerConfig config, VocabularyFacts vocabulary) {
        Map<String, AddedToken> joined = new LinkedHashMap<>();
        for (JsonNode token : file.addedTokens()) {
            AddedToken known = AddedToken.of(token, token.path("id").asInt(-1));
            joined.put(known.content(), known);
        }
        Numbering numbering = new Numbering(vocabulary.ids(), vocabulary.size());
        joined.values().forEach(token -> numbering.taken(token.id()));
        Map<String, Integer> listed = new HashMap<>();
        joined.forEach((content, token) -> listed.put(content, token.id()));
        for (AddedToken token : config.addedTokens()) {
            boolean names = token.id() < 0;
            Integer known = listed.get(token.content());
            if (token.content().isEmpty() || (known != null && names)) {
                continue;
            }
            int id = known == null ? numbering.next(token.content()) : known;
            joined.put(token.content(), token.withId(id));
        }
        return new AddedTokens(List.copyOf(joined.values()), vocabulary.ids(), vocabulary.size());
    }

    /** Returns the control tokens' ids by spelling. */
    Map<String, Integer> special() {
        Map<String, Integer> special = new LinkedHashMap<>();
        tokens.stream().filter(AddedToken::special).forEach(token -> special.put(token.content(), token.id()));
        return Collections.unmodifiableMap(special);
    }

    int highestId() {
        return tokens.stream().mapToInt(AddedToken::id).max().orElse(-1);
    }

    /** Returns the tokens as a tokenizer file lists them. */
    ArrayNode json(Predicate<AddedToken> which) {
        ArrayNode array = TokenizerFile.array();
        tokens.stream().filter(which).forEach(token -> token.write(array.addObject()));
        return array;
    }

    /** Returns the own ids of some tokens by the ids that the library would assign to these tokens alone, where they differ. */
    Map<Integer, Integer> renumbered(Predicate<AddedToken> which) {
        Map<Integer, Integer> renumbered = new HashMap<>();
        Numbering numbering = new Numbering(vocabularyIds, vocabularySize);
        for (AddedToken token : tokens) {
            if (which.test(token)) {
                int given = numbering.next(token.content());
                if (given != token.id()) {
                    renumbered.put(given, token.id());
                }
            }
        }
        return Map.copyOf(renumbered);
    }

    /** Returns the tokens that are searched in the text as written, before normalisation. */
    List<AddedToken> raw(boolean normalizes) {
        List<AddedToken> raw = new ArrayList<>();
        for (AddedToken token : tokens) {
            if (isRaw(token, normalizes)) {
                raw.add(token);
            }
        }
        return raw;
    }

    /** Control tokens are searched in the text as written even if the file says otherwise: no normaliser in use changes one. */
    static boolean isRaw(AddedToken token, boolean normalizes) {
        return token.special() || !token.normalized() || !normalizes;
    }

    /** Numbers added tokens as Hugging Face's library does: by their id in the vocabulary, or else with the next free id. */
    private static final class Numbering {
        private final Map<String, Integer> vocabularyIds;
        private int free;

        private Numbering(Map<String, Integer> vocabularyIds, int vocabularySize) {
            this.vocabularyIds = vocabularyIds;
            this.free = vocabularySize;
        }

        private void taken(int id) {
            free = Math.max(free, id + 1);
        }

        private int next(String content) {
            Integer id = vocabularyIds.get(content);
            int given = id == null ? free : id;
            taken(given);
            return given;
        }
    }
}
