package io.speckv.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A {@code tokenizer.json} in two parts: the model with its vocabulary, whose bytes are kept as they are in the file, and the
 * rest, which is small and may be changed.
 *
 * @param file where it was read from
 * @param model the bytes of the value of {@code model}
 * @param rest every other key
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes that nobody compares.
record TokenizerFile(Path file, byte[] model, ObjectNode rest) {
    static final String NAME = "tokenizer.json";
    /** Does not intern keys: a vocabulary is an object with hundreds of thousands of keys, each of which comes once. */
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    .configure(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW, false)
                    .build())
            .build();

    /**
     * @throws TokenizerException if the folder has no such file or it is damaged
     */
    static TokenizerFile read(Path folder) {
        Path file = folder.resolve(NAME);
        byte[] json = bytes(file);
        ObjectNode rest = MAPPER.createObjectNode();
        byte[] model = null;
        try (JsonParser parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new TokenizerException(file + ": expected a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                if (key.equals("model")) {
                    int start = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    model = Arrays.copyOfRange(
                            json, start, (int) parser.currentLocation().getByteOffset());
                } else {
                    rest.set(key, parser.<JsonNode>readValueAsTree());
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new TokenizerException(file + ": expected well-formed JSON, found its end too early");
            }
        } catch (IOException e) {
            throw new TokenizerException(file + ": expected well-formed JSON, found " + e.getMessage(), e);
        }
        if (model == null) {
            throw new TokenizerException(file + ": expected a vocabulary under model.vocab, found none");
        }
        return new TokenizerFile(file, model, rest);
    }

    JsonNode normalizer() {
        return rest.path("normalizer");
    }

    /** Returns whether the normaliser can change a text. */
    boolean normalizes() {
        return changesText(normalizer());
    }

    private static boolean changesText(JsonNode normalizer) {
        if (normalizer.path("normalizers").isArray()) {
            for (JsonNode inner : normalizer.path("normalizers")) {
                if (changesText(inner)) {
                    return true;
                }
            }
            return false;
        }
        return normalizer.isObject();
    }

    JsonNode preTokenizer() {
        return rest.path("pre_tokenizer");
    }

    JsonNode postProcessor() {
        return rest.path("post_processor");
    }

    JsonNode decoder() {
        return rest.path("decoder");
    }

    JsonNode addedTokens() {
        return rest.path("added_tokens");
    }

    /** Returns the file's JSON with other values for some keys. */
    byte[] with(Map<String, JsonNode> changes) {
        ObjectNode changed = MAPPER.createObjectNode();
        changed.setAll(rest);
        changed.setAll(changes);
        try {
            ByteArrayOutputStream json = new ByteArrayOutputStream(model.length + (1 << 16));
            byte[] small = MAPPER.writeValueAsBytes(changed);
            json.write(small, 0, small.length - 1);
            json.writeBytes((changed.isEmpty() ? "\"model\":" : ",\"model\":").getBytes(StandardCharsets.US_ASCII));
            json.writeBytes(model);
            json.write('}');
            return json.toByteArray();
        } catch (IOException e) {
            throw new TokenizerException(file + ": expected well-formed JSON, found " + e.getMessage(), e);
        }
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Says which is missing: the file, or the whole folder that was named. */
    private static String missing(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null || Files.isDirectory(folder)
                ? file + ": expected a tokenizer file, found no such file"
                : file.getParent() + ": expected the folder of a model, found no such folder";
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TokenizerException(missing(file), e);
        } catch (IOException e) {
            throw new TokenizerException(file + ": expected a readable tokenizer file, found " + e, e);
        }
    }
}
