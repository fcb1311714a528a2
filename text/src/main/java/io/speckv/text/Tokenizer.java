package io.speckv.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tokenizer.json} of a model folder: gives the ids and texts that Hugging Face's own tokenizers give, never
 * cut or padded whatever the file says. Thread-safe; the caller closes it.
 */
public final class Tokenizer implements AutoCloseable {
    static final String FILE = "tokenizer.json";
    private static final Map<String, String> AS_LONG_AS_THE_TEXT = Map.of("truncation", "false", "padding", "false");

    private final Path file;
    private final TokenizerFile description;
    private final ControlSpellings controls;
    private final HuggingFaceTokenizer tokenizer;
    private final Object plainLock = new Object();
    private @Nullable HuggingFaceTokenizer plain;

    private Tokenizer(Path file, TokenizerFile description, HuggingFaceTokenizer tokenizer) {
        this.file = file;
        this.description = description;
        this.controls = new ControlSpellings(description.specialTokens().keySet());
        this.tokenizer = tokenizer;
    }

    /**
     * Returns the tokenizer of a model folder.
     *
     * @throws TokenizerException if {@code tokenizer.json} is missing or damaged
     */
    public static Tokenizer open(Path folder) {
        Path file = folder.resolve(FILE);
        byte[] json = TokenizerFile.bytes(file);
        TokenizerFile description = TokenizerFile.read(file, json);
        return new Tokenizer(file, description, load(file, json));
    }

    /** Returns the tokens of a text, in which spelled-out special tokens become special tokens, as in Hugging Face. */
    public Encoding encode(String text, SpecialTokens special) {
        return encode(text, special, ControlTokens.AS_CONTROL);
    }

    /**
     * Returns the tokens of a text.
     *
     * @throws TokenizerException if the text holds half of a surrogate pair
     */
    public Encoding encode(String text, SpecialTokens special, ControlTokens spelledOut) {
        EncodingBuilder tokens = new EncodingBuilder(text);
        var unused = append(tokens, text, 0, special, spelledOut);
        return tokens.build();
    }

    /**
     * Returns the tokens of a text without special tokens around it, and where its words begin: with WordPiece where no
     * "##" goes on, with any other model at U+2581 and at punctuation.
     *
     * @throws TokenizerException if the text holds half of a surrogate pair
     */
    public WordTokens encodeWords(String text) {
        EncodingBuilder tokens = new EncodingBuilder(text);
        String[] pieces = append(tokens, text, 0, SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL);
        boolean[] begins = new boolean[pieces.length];
        for (int i = 0; i < begins.length; i++) {
            begins[i] = description.wordMarks().begins(pieces[i]);
        }
        return new WordTokens(tokens.build(), begins);
    }

    /**
     * Returns the text of tokens; bytes that are no valid UTF-8 become U+FFFD. Ids beyond the vocabulary, which a model
     * with a padded embedding can produce, have no text.
     *
     * @throws TokenizerException if an id is negative
     */
    public String decode(int[] ids, SpecialTokens special) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0) {
                throw new TokenizerException("expected token ids from 0, found " + ids[i] + " at index " + i);
            }
            wide[i] = ids[i];
        }
        return tokenizer.decode(wide, special == SpecialTokens.EXCLUDED);
    }

    /**
     * Returns the special token that comes before a text, and the one after it.
     *
     * @throws TokenizerException if the tokenizer puts anything but these two around a text
     */
    public int[] aroundText() {
        int[] around = encode("", SpecialTokens.INCLUDED).ids();
        if (around.length != 2) {
            throw new TokenizerException(file + ": expected one special token before a text and one after it, found "
                    + around.length + " in all");
        }
        return around;
    }

    /** Returns the number of ids, special ones included; the embedding of a model may have more rows. */
    public int vocabSize() {
        return description.vocabSize();
    }

    /** Returns the SHA-256 of the tokenizer file in lower-case hex; equal only for the same tokenizer. */
    public String fingerprint() {
        return description.fingerprint();
    }

    /** Returns spelling and id of the special tokens. */
    public Map<String, Integer> specialTokens() {
        return Collections.unmodifiableMap(description.specialTokens());
    }

    @Override
    public void close() {
        tokenizer.close();
        synchronized (plainLock) {
            if (plain != null) {
                plain.close();
            }
        }
    }

    ControlSpellings controls() {
        return controls;
    }

    /**
     * Returns the tokens of a text that consists of the pieces, of which every other one, starting with the second, is the
     * spelling of a control token; spellings inside the other pieces stay text.
     *
     * @throws TokenizerException if the tokenizer's control tokens also take in what is beside their spelling
     */
    Encoding encodeBetweenControls(List<String> pieces) {
        if (!description.plainSpelling()) {
            throw new TokenizerException(file + ": expected special tokens without lstrip, rstrip and"
                    + " single_word to tell them from text; use ControlTokens.AS_CONTROL");
        }
        EncodingBuilder tokens = new EncodingBuilder(String.join("", pieces));
        int start = 0;
        for (int i = 0; i < pieces.size(); i++) {
            String piece = pieces.get(i);
            Integer control = i % 2 == 1 ? description.specialTokens().get(piece) : null;
            if (control != null) {
                tokens.add(control, start, start + piece.length());
            } else {
                var unused = append(tokens, piece, start, SpecialTokens.EXCLUDED, ControlTokens.AS_TEXT);
            }
            start += piece.length();
        }
        return tokens.build();
    }

    /** Appends the tokens and returns them as the vocabulary spells them. */
    private String[] append(
            EncodingBuilder tokens, String text, int start, SpecialTokens special, ControlTokens spelledOut) {
        int[] charStarts = charStarts(text);
        boolean avoidControls = spelledOut == ControlTokens.AS_TEXT && controls.occursIn(text);
        HuggingFaceTokenizer encoder = avoidControls ? plain() : tokenizer;
        var encoded = encoder.encode(text, special == SpecialTokens.INCLUDED, false);
        long[] ids = encoded.getIds();
        CharSpan[] spans = encoded.getCharTokenSpans();
        int end = start;
        for (int i = 0; i < ids.length; i++) {
            @Nullable CharSpan span = spans[i];
            int from = span == null ? end : start + charStarts[span.getStart()];
            end = span == null ? end : start + charStarts[span.getEnd()];
            tokens.add((int) ids[i], from, end);
        }
        return encoded.getTokens();
    }

    /** Loads the second tokenizer only when a text first needs it: most never spell a control token. */
    private HuggingFaceTokenizer plain() {
        synchronized (plainLock) {
            if (plain == null) {
                try {
                    plain = load(file, TokenizerFile.withoutSpecialTokens(file, TokenizerFile.bytes(file)));
                } catch (IOException e) {
                    throw new TokenizerException(file + ": expected well-formed JSON, found " + e.getMessage(), e);
                }
            }
            return plain;
        }
    }

    private static HuggingFaceTokenizer load(Path file, byte[] json) {
        try {
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_LONG_AS_THE_TEXT);
        } catch (IOException | RuntimeException e) {
            throw new TokenizerException(file + ": expected a Hugging Face tokenizer, found " + e.getMessage(), e);
        }
    }

    /** Returns the index of each code point's first char, and after them the length: spans count code points. */
    private static int[] charStarts(String text) {
        int[] starts = new int[text.codePointCount(0, text.length()) + 1];
        int at = 0;
        for (int i = 0; i < starts.length - 1; i++) {
            starts[i] = at;
            int codePoint = text.codePointAt(at);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                throw new TokenizerException("expected valid Unicode text, found half a surrogate pair at char " + at);
            }
            at += Character.charCount(codePoint);
        }
        starts[starts.length - 1] = at;
        return starts;
    }
}
