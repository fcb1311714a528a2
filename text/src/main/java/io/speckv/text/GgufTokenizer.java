package io.speckv.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.gguf.GgufException;
import io.speckv.gguf.GgufFile;
import io.speckv.gguf.GgufMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokenizer and chat templates of a GGUF file, converted to the {@code tokenizer.json} and {@code tokenizer_config.json} of
 * the same model on Hugging Face.
 *
 * <p>Source: {@code llama-vocab.cpp} of llama.cpp, and {@code convert_slow_tokenizer.py} of transformers for vocabularies of
 * SentencePiece.
 */
final class GgufTokenizer {
    private static final String KEYS = "tokenizer.ggml.";
    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String NAMED_TEMPLATES = "tokenizer.chat_templates";
    private static final String SPACE = "\u2581";

    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path file;
    private final GgufMetadata metadata;
    private final String[] tokens;
    private final long[] types;

    private GgufTokenizer(Path file, GgufMetadata metadata) {
        this.file = file;
        this.metadata = metadata;
        this.tokens = metadata.texts(KEYS + "tokens");
        this.types = metadata.integers(KEYS + "token_type");
        if (tokens.length == 0) {
            throw new TokenizerException(file + ": expected " + KEYS + "tokens, found none");
        }
        if (types.length != 0 && types.length != tokens.length) {
            throw new TokenizerException(
                    file + ": expected a type for each of the " + tokens.length + " tokens, found " + types.length);
        }
    }

    /**
     * @param tokenizer as tokenizer.json
     * @param config as tokenizer_config.json, chat templates included
     */
    record Files(TokenizerFile tokenizer, ObjectNode config) {}

    /**
     * Returns the converted files.
     *
     * @throws TokenizerException if the file is damaged, or its tokenizer is of an unsupported kind
     */
    static Files read(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            GgufTokenizer tokenizer = new GgufTokenizer(path, file.metadata());
            return new Files(tokenizer.tokenizer(), tokenizer.config());
        } catch (GgufException e) {
            throw new TokenizerException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new TokenizerException(path + ": expected a tokenizer, found " + e.getMessage(), e);
        }
    }

    /** Reads only the part for tokenizer_config.json; fails as {@link #read} does. */
    static ObjectNode readConfig(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            return new GgufTokenizer(path, file.metadata()).config();
        } catch (GgufException e) {
            throw new TokenizerException(String.valueOf(e.getMessage()), e);
        }
    }

    private ObjectNode config() {
        ObjectNode config = JSON.objectNode();
        putToken(config, "bos_token", "bos_token_id");
        putToken(config, "eos_token", "eos_token_id");
        putToken(config, "unk_token", "unknown_token_id");
        putToken(config, "pad_token", "padding_token_id");
        config.put(
                "add_bos_token", metadata.flag(KEYS + "add_bos_token", kind().equals("llama") || isLlama3OrTekken()));
        config.put("add_eos_token", metadata.flag(KEYS + "add_eos_token", false));
        ArrayNode templates = templates();
        if (!templates.isEmpty()) {
            config.set("chat_template", templates);
        }
        return config;
    }

    /** The one without a name may be missing: the writer leaves it out where the model has none for all chats. */
    private ArrayNode templates() {
        ArrayNode templates = JSON.arrayNode();
        String template = metadata.text(TEMPLATE);
        if (template != null) {
            templates.addObject().put("name", TemplateFiles.DEFAULT).put("template", template);
        }
        for (String name : metadata.texts(NAMED_TEMPLATES)) {
            templates.addObject().put("name", name).put("template", metadata.requireText(TEMPLATE + "." + name));
        }
        return templates;
    }

    /** These vocabularies begin a text with the token for it, and take a piece as it is if it is a token. */
    private boolean isLlama3OrTekken() {
        return pre().equals("llama-bpe") || pre().equals("tekken");
    }

    private void putToken(ObjectNode config, String name, String key) {
        int id = metadata.integer(KEYS + key, tokens.length);
        if (id < tokens.length) {
            config.put(name, tokens[id]);
        }
    }

    private String kind() {
        return metadata.requireText(KEYS + "model");
    }

    private String pre() {
        String pre = metadata.text(KEYS + "pre");
        return pre == null ? "default" : pre;
    }

    private TokenizerFile tokenizer() throws IOException {
        ObjectNode rest = JSON.objectNode();
        rest.put("version", "1.0");
        rest.set("added_tokens", addedTokens());
        rest.putNull("post_processor");
        ObjectNode model;
        switch (kind()) {
            case "gpt2" -> model = byteLevel(rest);
            case "llama" -> model = sentencePiece(rest);
            default ->
                throw new TokenizerException(
                        file + ": expected " + KEYS + "model \"gpt2\" or \"llama\", found \"" + kind() + "\"");
        }
        return new TokenizerFile(file, TokenizerFile.MAPPER.writeValueAsBytes(model), rest);
    }

    private ArrayNode addedTokens() {
        ArrayNode added = JSON.arrayNode();
        for (int id = 0; id < types.length; id++) {
            if (types[id] == CONTROL || types[id] == USER_DEFINED || types[id] == UNKNOWN) {
                added.addObject()
                        .put("id", id)
                        .put("content", tokens[id])
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", types[id] != USER_DEFINED);
            }
        }
        return added;
    }

    private ObjectNode byteLevel(ObjectNode rest) {
        List<String> patterns = GgufSplits.named(pre());
        if (patterns == null) {
            throw new TokenizerException(
                    file + ": expected " + KEYS + "pre as one of " + GgufSplits.names() + ", found \"" + pre() + "\"");
        }
        // Qwen's own tokenizer composes characters first (NFC). llama.cpp does not, and GGUF files have its ids.
        rest.putNull("normalizer");
        ArrayNode stages =
                rest.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        for (String pattern : patterns) {
            ObjectNode split = stages.addObject().put("type", "Split");
            split.putObject("pattern").put("Regex", pattern);
            split.put("behavior", "Isolated").put("invert", false);
        }
        boolean prefix = metadata.flag(KEYS + "add_space_prefix", false);
        stages.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", prefix)
                .put("trim_offsets", true)
                .put("use_regex", false);
        rest.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", prefix)
                .put("trim_offsets", true)
                .put("use_regex", false);
        ObjectNode model = model(false);
        model.put("ignore_merges", isLlama3OrTekken());
        ArrayNode merges = model.putArray("merges");
        for (String merge : metadata.texts(KEYS + "merges")) {
            int space = merge.indexOf(' ', 1);
            if (space < 0) {
                throw new TokenizerException(file + ": expected merges of two tokens, found \"" + merge + "\"");
            }
            merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
        return model;
    }

    private ObjectNode sentencePiece(ObjectNode rest) {
        boolean prefix = metadata.flag(KEYS + "add_space_prefix", true);
        ObjectNode replace = JSON.objectNode().put("type", "Replace");
        replace.putObject("pattern").put("String", " ");
        replace.put("content", SPACE);
        ObjectNode normalizer = rest.putObject("normalizer").put("type", "Sequence");
        ArrayNode normalizers = normalizer.putArray("normalizers");
        if (prefix) {
            normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        normalizers.add(replace);
        rest.putNull("pre_tokenizer");
        ArrayNode decoders = rest.putObject("decoder").put("type", "Sequence").putArray("decoders");
        ObjectNode back = decoders.addObject().put("type", "Replace");
        back.putObject("pattern").put("String", SPACE);
        back.put("content", " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (prefix) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        ObjectNode model = model(true);
        ArrayNode merges = model.putArray("merges");
        SentencePieceMerges.of(scored())
                .forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
        return model;
    }

    private List<SentencePieceMerges.Piece> scored() {
        double[] scores = metadata.numbers(KEYS + "scores");
        if (scores.length != tokens.length) {
            throw new TokenizerException(
                    file + ": expected a score for each of the " + tokens.length + " tokens, found " + scores.length);
        }
        List<SentencePieceMerges.Piece> pieces = new ArrayList<>();
        for (int id = 0; id < tokens.length; id++) {
            boolean ordinary = types.length == 0 || (types[id] != CONTROL && types[id] != UNKNOWN);
            if (ordinary) {
                pieces.add(new SentencePieceMerges.Piece(tokens[id], id, scores[id]));
            }
        }
        return pieces;
    }

    private ObjectNode model(boolean bytesWithoutTokens) {
        ObjectNode model = JSON.objectNode();
        model.put("type", "BPE")
                .putNull("dropout")
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", bytesWithoutTokens)
                .put("byte_fallback", bytesWithoutTokens);
        int unknown = metadata.integer(KEYS + "unknown_token_id", tokens.length);
        if (bytesWithoutTokens && unknown < tokens.length) {
            model.put("unk_token", tokens[unknown]);
        } else {
            model.putNull("unk_token");
        }
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.length; id++) {
            vocabulary.put(tokens[id], id);
        }
        return model;
    }
}
