package io.speckv.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Java itself needs to know of a {@code tokenizer.json}, read in one pass without building its vocabulary in memory.
 *
 * @param specialTokens spelling to id of the added tokens marked special, in file order
 * @param vocabSize highest id + 1
 * @param fingerprint SHA-256 of the file, lower-case hex
 * @param plainSpelling whether special tokens match their spelling and nothing around it
 * @param wordMarks how the vocabulary tells words apart
 */
record TokenizerFile(
        Map<String, Integer> specialTokens,
        int vocabSize,
        String fingerprint,
        boolean plainSpelling,
        WordMarks wordMarks) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static TokenizerFile read(Path file, byte[] json) {
        Map<String, Integer> special = new LinkedHashMap<>();
        int highestId = -1;
        boolean plain = true;
        String modelType = "";
        try (JsonParser parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TokenizerException(file + ": expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String section = parser.currentName();
                parser.nextToken();
                if (section.equals("added_tokens")) {
                    for (JsonNode token : parser.<JsonNode>readValueAsTree()) {
                        highestId = Math.max(highestId, token.path("id").asInt(-1));
                        if (token.path("special").asBoolean()) {
                            special.put(
                                    token.path("content").asText(),
                                    token.path("id").asInt());
                            plain &= matchesItsSpellingOnly(token);
                        }
                    }
                } else if (section.equals("model")) {
                    Model model = readModel(parser);
                    highestId = Math.max(highestId, model.highestId);
                    modelType = model.type;
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new TokenizerException(file + ": expected well-formed JSON, found " + e.getMessage(), e);
        }
        if (highestId < 0) {
            throw new TokenizerException(file + ": expected a vocabulary under model.vocab, found none");
        }
        return new TokenizerFile(special, highestId + 1, sha256(json), plain, WordMarks.ofModel(modelType));
    }

    /** Returns the same tokenizer without its special tokens, so that their spelling is text like any other. */
    static byte[] withoutSpecialTokens(Path file, byte[] json) throws IOException {
        ObjectNode tokenizer = (ObjectNode) MAPPER.readTree(json);
        if (!(tokenizer.at("/model/vocab") instanceof ObjectNode vocab)) {
            throw new TokenizerException(file + ": expected model.vocab as an object to keep control tokens as text");
        }
        ArrayNode kept = MAPPER.createArrayNode();
        for (JsonNode token : tokenizer.path("added_tokens")) {
            if (!token.path("special").asBoolean()) {
                kept.add(token);
                // Added tokens outside the model's vocabulary are numbered on loading, in order; now some are missing.
                vocab.set(token.path("content").asText(), token.path("id"));
            }
        }
        tokenizer.set("added_tokens", kept);
        return MAPPER.writeValueAsBytes(tokenizer);
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TokenizerException(file + ": expected a readable tokenizer file, found " + e, e);
        }
    }

    private static boolean matchesItsSpellingOnly(JsonNode token) {
        return !token.path("lstrip").asBoolean()
                && !token.path("rstrip").asBoolean()
                && !token.path("single_word").asBoolean();
    }

    private record Model(int highestId, String type) {}

    private static Model readModel(JsonParser parser) throws IOException {
        int highest = -1;
        String type = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            boolean vocab = key.equals("vocab");
            JsonToken value = parser.nextToken();
            if (vocab && value == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    highest = Math.max(highest, parser.nextIntValue(-1));
                }
            } else if (vocab && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    parser.skipChildren();
                    highest++;
                }
            } else if (key.equals("type") && value == JsonToken.VALUE_STRING) {
                type = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        return new Model(highest, type);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
