package io.speckv.bench.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.config.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The tokenizer of a GGUF file.
 *
 * @param tokens by id, as the tokenizer spells them
 * @param types by id: {@link #NORMAL} or another type
 * @param merges two spellings each, separated by a space
 * @param endToken that ends a text
 * @param chatTemplate empty if the model has none
 */
record GgufVocabulary(
        List<String> tokens, int[] types, List<String> merges, int endToken, Optional<String> chatTemplate) {
    static final int NORMAL = 1;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int UNUSED = 5;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Makes a vocabulary of the right size with made-up texts, for comparisons on token ids. */
    static GgufVocabulary madeUp(Checkpoint checkpoint) {
        int size = checkpoint.shape().vocabSize();
        List<String> tokens = new ArrayList<>();
        for (int id = 0; id < size; id++) {
            tokens.add("<" + id + ">");
        }
        int[] types = new int[size];
        Arrays.fill(types, NORMAL);
        int end = checkpoint.endTokens().stream().min(Integer::compare).orElse(size - 1);
        return new GgufVocabulary(tokens, types, List.of(), end, Optional.empty());
    }

    /**
     * Reads the checkpoint's own tokenizer, which must be a byte-level BPE.
     *
     * @throws IllegalArgumentException if it is another kind, or has tokens that the model lacks
     * @throws IOException if its files are missing or damaged
     */
    static GgufVocabulary read(Checkpoint checkpoint) throws IOException {
        Path folder = checkpoint.folder();
        JsonNode tokenizer = MAPPER.readTree(folder.resolve("tokenizer.json").toFile());
        JsonNode model = tokenizer.path("model");
        if (!model.path("type").asText("BPE").equals("BPE")
                || model.path("byte_fallback").asBoolean()) {
            throw new IllegalArgumentException(
                    folder + " has no byte-level BPE, which is the one kind that is written");
        }
        int size = checkpoint.shape().vocabSize();
        String[] tokens = new String[size];
        int[] types = new int[size];
        model.path("vocab").properties().forEach(entry -> {
            int id = requireWithin(size, entry.getValue(), folder);
            tokens[id] = entry.getKey();
            types[id] = NORMAL;
        });
        for (JsonNode added : tokenizer.path("added_tokens")) {
            int id = requireWithin(size, added.path("id"), folder);
            tokens[id] = added.path("content").asText();
            types[id] = added.path("special").asBoolean() ? CONTROL : USER_DEFINED;
        }
        for (int id = 0; id < size; id++) {
            if (types[id] == 0) {
                tokens[id] = "[PAD" + id + "]";
                types[id] = UNUSED;
            }
        }
        JsonNode config = config(folder);
        List<String> spelled = List.of(tokens);
        JsonNode ending = config.path("eos_token");
        int end = spelled.indexOf(ending.isObject() ? ending.path("content").asText() : ending.asText());
        return new GgufVocabulary(
                spelled,
                types,
                merges(model.path("merges")),
                end >= 0
                        ? end
                        : checkpoint.endTokens().stream().min(Integer::compare).orElse(size - 1),
                Optional.of(config.path("chat_template"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue));
    }

    private static int requireWithin(int size, JsonNode id, Path folder) {
        if (!id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= size) {
            throw new IllegalArgumentException(
                    folder + " has the token " + id + ", the model has " + size + " tokens: give it its own tokenizer");
        }
        return id.intValue();
    }

    private static JsonNode config(Path folder) throws IOException {
        Path file = folder.resolve("tokenizer_config.json");
        return Files.exists(file) ? MAPPER.readTree(file.toFile()) : MAPPER.createObjectNode();
    }

    private static List<String> merges(JsonNode merges) {
        List<String> joined = new ArrayList<>();
        for (JsonNode merge : merges) {
            joined.add(
                    merge.isArray()
                            ? merge.path(0).asText() + " " + merge.path(1).asText()
                            : merge.asText());
        }
        return joined;
    }

    /** Adds the vocabulary to a file's header. */
    void put(GgufHeader header, Architecture architecture) {
        header.put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", architecture == Architecture.LLAMA ? "llama-bpe" : "qwen2")
                .putTexts("tokenizer.ggml.tokens", tokens.size(), tokens::get)
                .putNumbers("tokenizer.ggml.token_type", types.length, id -> types[id])
                .putTexts("tokenizer.ggml.merges", merges.size(), merges::get)
                .put("tokenizer.ggml.bos_token_id", endToken)
                .put("tokenizer.ggml.eos_token_id", endToken)
                .put("tokenizer.ggml.add_bos_token", false);
        chatTemplate.ifPresent(template -> header.put("tokenizer.chat_template", template));
    }
}
