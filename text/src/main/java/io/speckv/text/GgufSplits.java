package io.speckv.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How byte-level tokenizers of GGUF files split a text before merging. Each split has the name that llama.cpp's converter gives
 * it.
 *
 * <p>Source: {@code llama-vocab.cpp} of llama.cpp.
 */
final class GgufSplits {
    private static final Map<String, List<String>> ALL = splits();

    private GgufSplits() {}

    /** Returns regular expressions to apply one after the other, or null for an unknown name. */
    static @Nullable List<String> named(String name) {
        return ALL.get(name);
    }

    /** Returns the known names in alphabetical order. */
    static List<String> names() {
        return ALL.keySet().stream().sorted().toList();
    }

    private static Map<String, List<String>> splits() {
        String contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        String words = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
        String signs = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
        String spaces = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        String upper = "\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}";
        String lower = "\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}";
        String cased = "[^\\r\\n\\p{L}\\p{N}]?[" + upper + "]*[" + lower + "]+%1$s|[^\\r\\n\\p{L}\\p{N}]?[" + upper
                + "]+[" + lower + "]*%1$s";
        String gpt2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
        Map<String, List<String>> splits = new HashMap<>();
        splits.put("llama-bpe", List.of(contractions + "|" + words + "|\\p{N}{1,3}|" + signs + "|" + spaces));
        splits.put("qwen2", List.of(contractions + "|" + words + "|\\p{N}|" + signs + "|" + spaces));
        splits.put("smollm", List.of("\\p{N}", gpt2));
        splits.put("gpt-2", List.of(gpt2));
        splits.put(
                "gpt-4o",
                List.of(cased.formatted(contractions + "?") + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|"
                        + spaces));
        splits.put("tekken", List.of(cased.formatted("") + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + spaces));
        return Map.copyOf(splits);
    }
}
