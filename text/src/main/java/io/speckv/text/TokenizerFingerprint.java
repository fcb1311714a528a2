package io.speckv.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hash of how a tokenizer turns text into ids and back: vocabulary, merges, normalisation, splitting and decoding. It ignores
 * order of keys, white space, default values, older spellings of the same setting, framing tokens and truncation.
 */
final class TokenizerFingerprint {
    /** Keys without effect on ids and text: they concern framing tokens, the narrowing of spans, and the file's version. */
    private static final List<String> WITHOUT_MEANING = List.of("trim_offsets", "str_rep");

    private static final List<String> STAGES = List.of("normalizer", "pre_tokenizer", "decoder");

    /** Keys of the inner stages, by kind of stage. */
    private static final List<String> INNER = List.of("normalizers", "pretokenizers", "decoders");

    private final MessageDigest digest;

    private TokenizerFingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    static String of(TokenizerFile file, AddedTokens added) {
        TokenizerFingerprint fingerprint = new TokenizerFingerprint();
        try {
            fingerprint.model(file);
        } catch (IOException e) {
            throw new TokenizerException(file.file() + ": expected well-formed JSON, found " + e.getMessage(), e);
        }
        added.tokens().stream()
                .sorted(Comparator.comparingInt(AddedToken::id).thenComparing(AddedToken::content))
                .forEach(token -> fingerprint.add("added", token.toString()));
        for (String stage : STAGES) {
            fingerprint.add(stage, canonical(file.rest().path(stage)));
        }
        return HexFormat.of().formatHex(fingerprint.digest.digest());
    }

    private void add(String name, String value) {
        byte[] bytes = (name + "=" + value).getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private void model(TokenizerFile file) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        try (JsonParser parser = TokenizerFile.MAPPER.createParser(file.model())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("vocab") && value == JsonToken.START_OBJECT) {
                    vocabulary(parser);
                } else if (key.equals("merges") && value == JsonToken.START_ARRAY) {
                    merges(parser);
                } else {
                    JsonNode setting = parser.readValueAsTree();
                    if (hasMeaning(setting)) {
                        settings.put(key, canonical(setting));
                    }
                }
            }
        }
        settings.forEach(this::add);
    }

    private void vocabulary(JsonParser parser) throws IOException {
        Map<Integer, String> byId = new TreeMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String spelling = parser.currentName();
            byId.put(parser.nextIntValue(-1), spelling);
        }
        byId.forEach((id, spelling) -> add(String.valueOf(id), spelling));
    }

    /** A merge is "a b" in older files and ["a", "b"] in newer ones. */
    private void merges(JsonParser parser) throws IOException {
        for (JsonToken merge = parser.nextToken(); merge != JsonToken.END_ARRAY; merge = parser.nextToken()) {
            if (merge == JsonToken.START_ARRAY) {
                add("merge", parser.nextTextValue() + " " + parser.nextTextValue());
                parser.nextToken();
            } else {
                add("merge", parser.getText());
            }
        }
    }

    private static boolean hasMeaning(JsonNode value) {
        return !value.isNull()
                && !(value.isBoolean() && !value.booleanValue())
                && !(value.isTextual() && value.textValue().isEmpty());
    }

    /** Returns a stage as text with sorted keys, without defaults, and with sequences of no or one stage resolved. */
    private static String canonical(JsonNode stage) {
        for (String inner : INNER) {
            if (stage.path(inner).isArray()) {
                List<String> stages = new java.util.ArrayList<>();
                stage.path(inner).forEach(element -> {
                    String text = canonical(element);
                    if (!text.isEmpty()) {
                        stages.add(text);
                    }
                });
                return stages.size() < 2 ? String.join("", stages) : "Sequence" + stages;
            }
        }
        if (!stage.isObject()) {
            return stage.isMissingNode() || stage.isNull() ? "" : stage.toString();
        }
        Map<String, String> fields = new TreeMap<>();
        stage.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (!WITHOUT_MEANING.contains(field.getKey()) && hasMeaning(value)) {
                fields.put(field.getKey(), canonical(value));
            }
        });
        withDefaults(stage, fields);
        return fields.toString();
    }

    /** Writes out defaults that are not "false", and replaces Metaspace's older setting of where U+2581 is put. */
    private static void withDefaults(JsonNode stage, Map<String, String> fields) {
        switch (stage.path("type").asText()) {
            case "ByteLevel" -> {
                fields.put("use_regex", String.valueOf(stage.path("use_regex").asBoolean(true)));
                fields.put(
                        "add_prefix_space",
                        String.valueOf(stage.path("add_prefix_space").asBoolean(true)));
            }
            case "Metaspace" -> {
                boolean prefix = stage.path("add_prefix_space").asBoolean(true);
                fields.remove("add_prefix_space");
                fields.put("prepend_scheme", stage.path("prepend_scheme").asText(prefix ? "always" : "never"));
                fields.put("split", String.valueOf(stage.path("split").asBoolean(true)));
            }
            default -> {}
        }
    }
}
