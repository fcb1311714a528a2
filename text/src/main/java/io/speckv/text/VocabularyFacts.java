package io.speckv.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Facts about a vocabulary that Java code needs, read in one pass without building the vocabulary in memory.
 *
 * @param type of model: BPE, WordPiece, Unigram or WordLevel
 * @param size number of its tokens
 * @param highestId the highest id
 * @param longest chars of the longest token as it is spelled in the file
 * @param ids of the requested tokens that exist, by spelling
 * @param bytes ids of the tokens that stand for one byte each, spelled like {@code <0x0A>}
 * @param fragments bytes of the tokens that have no text because they begin or end within a character
 */
record VocabularyFacts(
        String type,
        int size,
        int highestId,
        int longest,
        Map<String, Integer> ids,
        Set<Integer> bytes,
        Map<Integer, byte[]> fragments,
        boolean knowsAll) {

    /**
     * @param wanted spellings whose ids are wanted
     */
    static VocabularyFacts read(TokenizerFile file, Set<String> wanted) {
        Reading reading = new Reading(wanted, TokenBytes.ofDecoder(file.decoder()));
        try (JsonParser parser = TokenizerFile.MAPPER.createParser(file.model())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    reading.field(parser);
                }
            }
        } catch (IOException e) {
            throw new TokenizerException(file.file() + ": expected well-formed JSON, found " + e.getMessage(), e);
        }
        if (reading.highestId < 0) {
            throw new TokenizerException(file.file() + ": expected a vocabulary under model.vocab, found none");
        }
        return new VocabularyFacts(
                reading.type,
                reading.size,
                reading.highestId,
                reading.longest,
                reading.ids,
                reading.bytes,
                reading.fragments,
                reading.byteFallback || !reading.hasUnknown);
    }

    private static final class Reading {
        private final Set<String> wanted;
        private final Map<String, Integer> ids = new HashMap<>();
        private final Set<Integer> bytes = new HashSet<>();
        private final Map<Integer, byte[]> fragments = new HashMap<>();
        private final TokenBytes decoder;
        private String type = "";
        private int size;
        private int highestId = -1;
        private int longest = 1;
        private boolean byteFallback;
        private boolean hasUnknown;

        private Reading(Set<String> wanted, TokenBytes decoder) {
            this.wanted = wanted;
            this.decoder = decoder;
        }

        private void field(JsonParser parser) throws IOException {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            if (key.equals("vocab") && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String spelling = parser.currentName();
                    token(spelling, parser.nextIntValue(-1));
                }
            } else if (key.equals("vocab") && value == JsonToken.START_ARRAY) {
                for (int id = 0; parser.nextToken() == JsonToken.START_ARRAY; id++) {
                    token(parser.nextTextValue(), id);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                    }
                }
            } else if (key.equals("type") && value == JsonToken.VALUE_STRING) {
                type = parser.getText();
            } else if (key.equals("byte_fallback")) {
                byteFallback = value == JsonToken.VALUE_TRUE;
            } else if (key.equals("unk_token") || key.equals("unk_id")) {
                hasUnknown = value != JsonToken.VALUE_NULL;
            } else {
                parser.skipChildren();
            }
        }

        private void token(String spelling, int id) {
            size++;
            highestId = Math.max(highestId, id);
            longest = Math.max(longest, spelling.length());
            if (wanted.contains(spelling)) {
                ids.put(spelling, id);
            }
            if (spelling.length() == 6 && spelling.startsWith("<0x") && spelling.endsWith(">")) {
                bytes.add(id);
            }
            decoder.fragment(spelling).ifPresent(fragment -> fragments.put(id, fragment));
        }
    }
}
