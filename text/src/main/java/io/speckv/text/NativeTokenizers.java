package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The library's tokenizers for one file: the file's own, and variants for pieces of a text that need other rules. A variant is
 * made when it is first needed; few models need one. Thread-safe; the caller closes it.
 */
final class NativeTokenizers implements AutoCloseable {
    private final TokenizerFile file;
    private final AddedTokens added;
    private final NativeTokenizer whole;
    private final Map<Variant, NativeTokenizer> variants = new LinkedHashMap<>();

    /** The kind of piece that a variant encodes. */
    private record Variant(TextStart start, boolean spellingsAsText) {}

    /**
     * @throws TokenizerException if the library refuses the file
     */
    NativeTokenizers(TokenizerFile file, AddedTokens added) {
        this.file = file;
        this.added = added;
        this.whole = load(TextStart.NOTHING, token -> true, Map.of());
    }

    /** Returns the file's own tokenizer, for decoding and for the beginning of a text. */
    NativeTokenizer whole() {
        return whole;
    }

    /**
     * Returns the tokenizer for a piece of a text.
     *
     * @param start what comes before the piece
     * @param spellingsAsText whether spelled-out special tokens are text in it
     */
    NativeTokenizer of(TextStart start, boolean spellingsAsText) {
        boolean sameStart = start.normalizer(file.normalizer()).equals(file.normalizer())
                && start.preTokenizer(file.preTokenizer()).equals(file.preTokenizer());
        if (sameStart && !spellingsAsText) {
            return whole;
        }
        Variant variant = new Variant(sameStart ? TextStart.NOTHING : start, spellingsAsText);
        synchronized (variants) {
            NativeTokenizer known = variants.get(variant);
            if (known == null) {
                Predicate<AddedToken> kept = token -> !(spellingsAsText && AddedTokens.isRaw(token, file.normalizes()));
                known = load(variant.start, kept, spellingsAsText ? added.renumbered(kept) : Map.of());
                variants.put(variant, known);
            }
            return known;
        }
    }

    @Override
    public void close() {
        whole.close();
        synchronized (variants) {
            variants.values().forEach(NativeTokenizer::close);
            variants.clear();
        }
    }

    private NativeTokenizer load(TextStart start, Predicate<AddedToken> kept, Map<Integer, Integer> renumbered) {
        JsonNode normalizer = start.normalizer(file.normalizer());
        Map<String, JsonNode> changes = new LinkedHashMap<>();
        changes.put("added_tokens", added.json(kept));
        // Tokenizer adds the tokens around a text itself. Apart from that a post-processor only narrows spans.
        changes.put("post_processor", NullNode.instance);
        changes.put("truncation", NullNode.instance);
        changes.put("padding", NullNode.instance);
        if (!normalizer.isMissingNode()) {
            changes.put("normalizer", normalizer);
        }
        if (!file.preTokenizer().isMissingNode()) {
            changes.put("pre_tokenizer", start.preTokenizer(file.preTokenizer()));
        }
        return NativeTokenizer.load(file.file(), file.with(changes), renumbered);
    }
}
