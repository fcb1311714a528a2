package io.speckv.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One tokenizer of Hugging Face's tokenizers library. It must get only short pieces, since some of its regular expressions
 * abort the process on long ones. Thread-safe; the caller closes it.
 */
final class NativeTokenizer implements AutoCloseable {
    private static final Map<String, String> AS_LONG_AS_THE_TEXT = Map.of("truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final Map<Integer, Integer> renumbered;

    private NativeTokenizer(HuggingFaceTokenizer tokenizer, Map<Integer, Integer> renumbered) {
        this.tokenizer = tokenizer;
        this.renumbered = renumbered;
    }

    /**
     * @param renumbered the library's ids to the file's ids, where they differ
     * @throws TokenizerException if the library does not accept the file
     */
    static NativeTokenizer load(Path file, byte[] json, Map<Integer, Integer> renumbered) {
        try {
            return new NativeTokenizer(
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_LONG_AS_THE_TEXT), renumbered);
        } catch (IOException | RuntimeException e) {
            throw new TokenizerException(file + ": expected a Hugging Face tokenizer, found " + e.getMessage(), e);
        }
    }

    /**
     * The tokens of a piece of text.
     *
     * @param starts index in the whole text of each token's first char
     * @param ends index after each token's last char
     * @param end index after the piece's last char
     * @param spelled spellings in the vocabulary; empty if not asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // Lives as long as the piece is encoded.
    record Piece(int[] ids, int[] starts, int[] ends, int end, String[] spelled) {
        int size() {
            return ids.length;
        }
    }

    /**
     * Returns the tokens of [from, to) of a text.
     *
     * @throws TokenizerException if the piece holds half of a surrogate pair
     */
    Piece encode(String text, int from, int to, boolean spelled) {
        int @Nullable [] charStarts = charStarts(text, from, to);
        TokenizersLibrary library = TokenizersLibrary.LIB;
        long encoding = library.encode(tokenizer.getHandle(), text.substring(from, to), false);
        try {
            long[] wide = library.getTokenIds(encoding);
            CharSpan[] spans = library.getTokenCharSpans(encoding);
            int[] ids = new int[wide.length];
            int[] starts = new int[wide.length];
            int[] ends = new int[wide.length];
            int end = from;
            for (int i = 0; i < wide.length; i++) {
                int id = (int) wide[i];
                ids[i] = renumbered.isEmpty() ? id : renumbered.getOrDefault(id, id);
                @Nullable CharSpan span = spans[i];
                starts[i] = span == null ? end : from + charOf(charStarts, span.getStart());
                end = span == null ? end : from + charOf(charStarts, span.getEnd());
                ends[i] = end;
            }
            return new Piece(ids, starts, ends, to, spelled ? library.getTokens(encoding) : new String[0]);
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    String decode(long[] ids, boolean withoutSpecial) {
        return tokenizer.decode(ids, withoutSpecial);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static int charOf(int @Nullable [] charStarts, int codePoint) {
        return charStarts == null ? codePoint : charStarts[codePoint];
    }

    /**
     * Returns the index of each code point's first char and, at the end, the length. The library's spans count code points.
     * Null if both indices agree everywhere.
     */
    private static int @Nullable [] charStarts(String text, int from, int to) {
        int codePoints = text.codePointCount(from, to);
        boolean plain = codePoints == to - from;
        int[] starts = plain ? null : new int[codePoints + 1];
        int at = from;
        for (int i = 0; i < codePoints; i++) {
            int codePoint = text.codePointAt(at);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new TokenizerException("expected valid Unicode text, found half a surrogate pair at char " + at);
            }
            if (starts != null) {
                starts[i] = at - from;
            }
            at += Character.charCount(codePoint);
        }
        if (starts != null) {
            starts[codePoints] = to - from;
        }
        return starts;
    }
}
