package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What comes before a piece of text. This decides whether a tokenizer puts a space or U+2581 in front of the piece. */
enum TextStart {
    /** Nothing: the piece begins the whole text. */
    NOTHING,
    /** An added token. */
    ADDED_TOKEN,
    /** Text: the piece continues it, and nothing may be put between. */
    TEXT;

    private static final String SCHEME = "prepend_scheme";

    /** Returns a normaliser with its behaviour at such a start. */
    JsonNode normalizer(JsonNode normalizer) {
        return this == TEXT ? withoutPrepending(normalizer) : normalizer;
    }

    /** Returns a pre-tokenizer with its behaviour at such a start. */
    JsonNode preTokenizer(JsonNode preTokenizer) {
        if (this == NOTHING || !preTokenizer.isObject()) {
            return preTokenizer;
        }
        ObjectNode changed = preTokenizer.deepCopy();
        replaceAll(changed, "pretokenizers", this::preTokenizer);
        boolean metaspace = changed.path("type").asText().equals("Metaspace");
        String scheme =
                changed.path(SCHEME).asText(changed.path("add_prefix_space").asBoolean(true) ? "always" : "never");
        if (metaspace && (this == TEXT || scheme.equals("first"))) {
            changed.put(SCHEME, "never");
            changed.remove("add_prefix_space");
        } else if (this == TEXT && changed.path("add_prefix_space").asBoolean()) {
            changed.put("add_prefix_space", false);
        }
        return changed;
    }

    private static JsonNode withoutPrepending(JsonNode normalizer) {
        if (!normalizer.isObject()) {
            return normalizer;
        }
        ObjectNode changed = normalizer.deepCopy();
        switch (changed.path("type").asText()) {
            case "Prepend" -> {
                changed.removeAll();
                changed.put("type", "Sequence").putArray("normalizers");
            }
            case "Strip" -> changed.put("strip_left", false);
            default -> replaceAll(changed, "normalizers", TextStart::withoutPrepending);
        }
        return changed;
    }

    private static void replaceAll(ObjectNode node, String key, java.util.function.UnaryOperator<JsonNode> change) {
        if (node.path(key).isArray()) {
            var changed = TokenizerFile.array();
            node.path(key).forEach(element -> changed.add(change.apply(element)));
            node.set(key, changed);
        }
    }
}
