package io.speckv.training.bpe;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the pieces inside which merges happen, by the pattern that the Qwen2 tokenizer uses.
 *
 * <p>Every digit is a piece of its own, a word includes the one space or sign before it, and line ends stay with the
 * punctuation before them. The joined pieces are the text. The Java pattern and the one written to {@code tokenizer.json}
 * are the same string; they can differ only on characters that one side's Unicode version does not know.
 */
final class PreTokenizer {
    /** The pattern in the syntax that both Java and Hugging Face tokenizers read. */
    static final String PATTERN = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final Pattern COMPILED = Pattern.compile(PATTERN, Pattern.UNICODE_CHARACTER_CLASS);

    private PreTokenizer() {}

    /** Passes every piece of {@code text} to {@code pieces}, in order and without gaps. */
    static void split(String text, Consumer<String> pieces) {
        Matcher matcher = COMPILED.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                pieces.accept(text.substring(end, matcher.start()));
            }
            pieces.accept(matcher.group());
            end = matcher.end();
        }
        if (end < text.length()) {
            pieces.accept(text.substring(end));
        }
    }
}
