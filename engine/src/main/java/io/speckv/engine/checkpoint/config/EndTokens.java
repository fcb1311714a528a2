package io.speckv.engine.checkpoint.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tokens that end a text, collected from a folder's files as vLLM does: {@code eos_token_id} of
 * {@code generation_config.json}, or else of {@code config.json}, and the tokenizer's own {@code eos_token}.
 */
public final class EndTokens {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String ID = "eos_token_id";
    private static final String TOKEN = "eos_token";

    private EndTokens() {}

    /**
     * @param whole the content of {@code config.json}
     * @param text its part about the language model, which is the same object in most models
     */
    static Set<Integer> read(Path folder, JsonFile whole, JsonFile text, int vocabSize) {
        JsonFile config = whole.has(ID) ? whole : text;
        Path generation = folder.resolve(ModelConfig.GENERATION_CONFIG);
        JsonFile source = config;
        if (Files.exists(generation)) {
            JsonFile file = JsonFile.read(generation);
            source = file.has(ID) ? file : config;
        }
        Set<Integer> tokens = new TreeSet<>();
        for (long token : source.integers(ID)) {
            if (token >= vocabSize) {
                throw source.unexpected(ID, "ids below vocab_size " + vocabSize);
            }
            tokens.add((int) token);
        }
        ofTokenizer(folder).ifPresent(token -> {
            if (token >= 0 && token < vocabSize) {
                tokens.add(token);
            }
        });
        return Set.copyOf(tokens);
    }

    /** Returns the id of the token that the tokenizer's files name as the end of a text. */
    private static OptionalInt ofTokenizer(Path folder) {
        JsonNode config = json(folder.resolve("tokenizer_config.json"));
        String spelling = spelling(config.path(TOKEN));
        if (spelling.isEmpty()) {
            spelling = spelling(json(folder.resolve("special_tokens_map.json")).path(TOKEN));
        }
        if (spelling.isEmpty()) {
            return OptionalInt.empty();
        }
        for (var token : config.path("added_tokens_decoder").properties()) {
            if (spelling(token.getValue()).equals(spelling) && token.getKey().matches("\\d{1,9}")) {
                return OptionalInt.of(Integer.parseInt(token.getKey()));
            }
        }
        return idIn(folder.resolve("tokenizer.json"), spelling);
    }

    private static String spelling(JsonNode token) {
        return token.isTextual() ? token.textValue() : token.path("content").asText("");
    }

    /** Looks an id up among the added tokens and in the vocabulary, without keeping either in memory. */
    private static OptionalInt idIn(Path tokenizer, String spelling) {
        OptionalInt found = OptionalInt.empty();
        if (!Files.exists(tokenizer)) {
            return found;
        }
        try (JsonParser parser = MAPPER.createParser(tokenizer.toFile())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("added_tokens")) {
                    for (JsonNode token : parser.<JsonNode>readValueAsTree()) {
                        if (spelling(token).equals(spelling)) {
                            return OptionalInt.of(token.path("id").asInt(-1));
                        }
                    }
                } else if (key.equals("model") && value == JsonToken.START_OBJECT) {
                    found = idInModel(parser, spelling);
                } else {
                    parser.skipChildren();
                }
            }
            return found;
        } catch (IOException e) {
            throw CheckpointException.ofFile(tokenizer, "well-formed JSON", String.valueOf(e.getMessage()), e);
        }
    }

    private static OptionalInt idInModel(JsonParser parser, String spelling) throws IOException {
        OptionalInt found = OptionalInt.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean vocabulary = parser.currentName().equals("vocab");
            if (parser.nextToken() == JsonToken.START_OBJECT && vocabulary) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean wanted = parser.currentName().equals(spelling);
                    int id = parser.nextIntValue(-1);
                    found = wanted ? OptionalInt.of(id) : found;
                }
            } else {
                parser.skipChildren();
            }
        }
        return found;
    }

    private static JsonNode json(Path file) {
        try {
            return Files.exists(file) ? MAPPER.readTree(file.toFile()) : MAPPER.createObjectNode();
        } catch (IOException e) {
            throw CheckpointException.ofFile(file, "well-formed JSON", String.valueOf(e.getMessage()), e);
        }
    }
}
