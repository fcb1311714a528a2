package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files beside {@code tokenizer.json}, joined as transformers joins them: {@code tokenizer_config.json} and, if that lists
 * no added tokens, {@code special_tokens_map.json} and {@code added_tokens.json}.
 *
 * @param namedTokens spelling of {@code bos_token}, {@code eos_token} and their like, by name
 * @param addedTokens tokens that the files list; they override the same tokens in tokenizer.json
 * @param root the configuration itself; an empty object if there is none
 */
public record TokenizerConfig(Map<String, String> namedTokens, List<AddedToken> addedTokens, JsonNode root) {
    public static final String FILE = "tokenizer_config.json";
    static final String BOS = "bos_token";
    static final String EOS = "eos_token";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String ADDED = "added_tokens_decoder";
    private static final List<String> NAMES =
            List.of(BOS, EOS, "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");
    private static final String PREFIX = "add_prefix_space";
    private static final String MORE_NAMES = "additional_special_tokens";

    /** Classes of transformers that put the begin token before a text even if tokenizer.json does not. */
    private static final Set<String> BEGINNING_CLASSES =
            Set.of("LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "CohereTokenizer");

    /**
     * Returns the configuration of a folder; empty if its files are absent.
     *
     * @throws IOException if a file is not JSON; the message names it
     */
    public static TokenizerConfig read(Path folder) throws IOException {
        if (GgufFile.isOne(folder)) {
            return of(GgufTokenizer.readConfig(folder));
        }
        JsonNode root = json(folder.resolve(FILE));
        boolean listsTokens = root.path(ADDED).isObject();
        JsonNode map = listsTokens ? MissingFile.NODE : json(folder.resolve("special_tokens_map.json"));
        JsonNode further = listsTokens ? MissingFile.NODE : json(folder.resolve("added_tokens.json"));
        return of(root, map, further);
    }

    /** Returns the configuration without other files. */
    static TokenizerConfig of(JsonNode root) {
        return of(root, MissingFile.NODE, MissingFile.NODE);
    }

    private static TokenizerConfig of(JsonNode root, JsonNode map, JsonNode further) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        for (String name : NAMES) {
            JsonNode token = map.has(name) ? map.path(name) : root.path(name);
            if (token.isTextual() || token.path("content").isTextual()) {
                named.put(name, token);
            }
        }
        List<JsonNode> controls = new ArrayList<>(named.values());
        root.path(MORE_NAMES).forEach(controls::add);
        map.path(MORE_NAMES).forEach(controls::add);
        List<AddedToken> added = new ArrayList<>();
        root.path(ADDED).properties().forEach(token -> added.add(AddedToken.of(token.getValue(), id(token.getKey()))));
        List<String> spellings =
                controls.stream().map(TokenizerConfig::spelling).toList();
        further.properties().forEach(token -> {
            boolean special = spellings.contains(token.getKey());
            added.add(
                    new AddedToken(token.getValue().asInt(-1), token.getKey(), special, !special, false, false, false));
        });
        // These come last, so that a list's entry for the same token wins.
        for (JsonNode token : controls) {
            if (added.stream().noneMatch(known -> known.content().equals(spelling(token)))) {
                added.add(control(token));
            }
        }
        Map<String, String> texts = new LinkedHashMap<>();
        named.forEach((name, token) -> texts.put(name, spelling(token)));
        return new TokenizerConfig(texts, added, root);
    }

    /** Returns a tokenizer file with this configuration's changes of how text is split. */
    TokenizerFile applied(TokenizerFile file) {
        JsonNode prefix = root.path(PREFIX);
        if (!prefix.isBoolean()
                || !(file.preTokenizer() instanceof ObjectNode stage)
                || !stage.path("type").asText().equals("ByteLevel")) {
            return file;
        }
        ObjectNode rest = file.rest().deepCopy();
        rest.set("pre_tokenizer", stage.deepCopy().put(PREFIX, prefix.booleanValue()));
        return new TokenizerFile(file.file(), file.model(), rest);
    }

    /** Returns whether the begin or end token is added to a text; null leaves it to tokenizer.json. */
    @Nullable
    Framing framing() {
        String type = root.path("tokenizer_class").asText("");
        boolean begins =
                BEGINNING_CLASSES.contains(type.endsWith("Fast") ? type.substring(0, type.length() - 4) : type);
        JsonNode bos = root.path("add_bos_token");
        JsonNode eos = root.path("add_eos_token");
        if (!begins && !bos.isBoolean() && !eos.isBoolean()) {
            return null;
        }
        return new Framing(
                bos.asBoolean(begins) ? namedTokens.get(BOS) : null, eos.asBoolean() ? namedTokens.get(EOS) : null);
    }

    /** The spelling of the token before and after a text; null for none. */
    record Framing(@Nullable String before, @Nullable String after) {}

    private static AddedToken control(JsonNode token) {
        if (token.isTextual()) {
            return AddedToken.control(token.textValue(), -1);
        }
        AddedToken found = AddedToken.of(token, -1);
        return new AddedToken(
                -1,
                found.content(),
                true,
                token.path("normalized").asBoolean(),
                found.lstrip(),
                found.rstrip(),
                found.singleWord());
    }

    private static String spelling(JsonNode token) {
        return token.isTextual() ? token.textValue() : token.path("content").asText();
    }

    private static int id(String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.exists(file)) {
            return MissingFile.NODE;
        }
        try {
            JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
            if (!node.isObject()) {
                throw new IOException(file + ": expected a JSON object");
            }
            return node;
        } catch (IOException e) {
            throw new IOException(file + ": expected a readable JSON file, found " + e.getMessage(), e);
        }
    }

    private static final class MissingFile {
        private static final JsonNode NODE = JsonNodeFactory.instance.objectNode();
    }
}
