package io.speckv.text;

import io.speckv.gguf.GgufFile;
import io.speckv.text.AddedTokenMatcher.Match;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The tokenizer of a model folder: gives the ids and texts that Hugging Face's transformers give for its
 * {@code tokenizer.json}, {@code tokenizer_config.json} and {@code special_tokens_map.json}, but never cuts or pads, whatever
 * these files say.
 *
 * <p>A text is encoded piece by piece. So no text, however long or unusual, takes more memory than its tokens or aborts the
 * process, and encoding stops early at a limit. Thread-safe; the caller closes it.
 */
public final class Tokenizer implements AutoCloseable {
    static final String FILE = TokenizerFile.NAME;

    private final TokenizerFile file;
    private final VocabularyFacts vocabulary;
    private final AddedTokens added;
    private final Map<String, Integer> special;
    private final FramingTokens framing;
    private final ShortestEncoding shortest;
    private final AddedTokenMatcher matcher;
    private final WordMarks wordMarks;
    private final String fingerprint;
    private final ControlSpellings controls;
    private final NativeTokenizers natives;

    private Tokenizer(TokenizerFile file, TokenizerConfig config) {
        this.file = file;
        this.vocabulary = VocabularyFacts.read(file, AddedTokens.spellings(file, config));
        this.added = AddedTokens.join(file, config, vocabulary);
        this.special = added.special();
        TokenizerConfig.Framing asked = config.framing();
        this.framing = asked == null ? FramingTokens.of(file.postProcessor()) : FramingTokens.of(asked, special);
        this.shortest = ShortestEncoding.of(file, vocabulary, added);
        this.matcher = new AddedTokenMatcher(added.raw(file.normalizes()));
        this.controls = new ControlSpellings(
                added.tokens().stream().filter(AddedToken::special).toList());
        this.wordMarks = WordMarks.ofModel(vocabulary.type());
        this.fingerprint = TokenizerFingerprint.of(file, added);
        this.natives = new NativeTokenizers(file, added);
    }

    /**
     * Returns the tokenizer of a model folder or GGUF file.
     *
     * @throws TokenizerException if {@code tokenizer.json} is missing, or it or a file beside it is damaged
     */
    public static Tokenizer open(Path folder) {
        if (GgufFile.isOne(folder)) {
            GgufTokenizer.Files files = GgufTokenizer.read(folder);
            return new Tokenizer(files.tokenizer(), TokenizerConfig.of(files.config()));
        }
        TokenizerFile file = TokenizerFile.read(folder);
        try {
            TokenizerConfig config = TokenizerConfig.read(folder);
            return new Tokenizer(config.applied(file), config);
        } catch (IOException e) {
            throw new TokenizerException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the tokens of a text, in which spelled-out special tokens become special tokens, as in Hugging Face. */
    public Encoding encode(String text, SpecialTokens special) {
        return encode(text, special, ControlTokens.AS_CONTROL);
    }

    /** Returns the tokens of a text of any length. */
    public Encoding encode(String text, SpecialTokens special, ControlTokens spelledOut) {
        return encode(text, special, spelledOut, EncodingLimit.NONE);
    }

    /**
     * Returns the tokens of a text.
     *
     * @throws TooManyTokensException if there are more than the limit
     * @throws java.util.concurrent.CancellationException if the caller gave up
     * @throws TokenizerException if the text holds half of a surrogate pair
     */
    public Encoding encode(String text, SpecialTokens special, ControlTokens spelledOut, EncodingLimit limit) {
        EncodingBuilder tokens = builder(text, limit, false);
        boolean framed = special == SpecialTokens.INCLUDED;
        if (framed) {
            framing.before().forEach(id -> tokens.add(id, 0, 0, ""));
        }
        append(tokens, text, at -> spelledOut == ControlTokens.AS_TEXT);
        if (framed) {
            framing.after().forEach(id -> tokens.add(id, text.length(), text.length(), ""));
        }
        return tokens.build();
    }

    /**
     * Returns the tokens of a text without special tokens around it, and where its words begin. With WordPiece a word begins at
     * every token without "##", with other models at U+2581 and at punctuation.
     *
     * @throws TokenizerException if the text holds half of a surrogate pair
     */
    public WordTokens encodeWords(String text) {
        EncodingBuilder tokens = builder(text, EncodingLimit.NONE, true);
        append(tokens, text, at -> false);
        List<String> spelled = tokens.spelled();
        boolean[] begins = new boolean[spelled.size()];
        for (int i = 0; i < begins.length; i++) {
            begins[i] = wordMarks.begins(spelled.get(i));
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
        return natives.whole().decode(wide, special == SpecialTokens.EXCLUDED);
    }

    /**
     * Returns the text of one token within a longer text, with special tokens spelled out. Has U+FFFD where the token begins or
     * ends within a character.
     *
     * @throws TokenizerException if the id is negative
     */
    public String textOf(int token) {
        // Some decoders strip the beginning of a text.
        String first = decode(new int[] {token}, SpecialTokens.INCLUDED);
        String twice = decode(new int[] {token, token}, SpecialTokens.INCLUDED);
        return twice.startsWith(first) ? twice.substring(first.length()) : first;
    }

    /**
     * Returns the bytes that one token stands for within a text: whole characters in UTF-8, or a part of one.
     *
     * @throws TokenizerException if the id is negative
     */
    public byte[] bytesOf(int token) {
        byte[] fragment = vocabulary.fragments().get(token);
        return fragment == null ? textOf(token).getBytes(StandardCharsets.UTF_8) : fragment.clone();
    }

    /**
     * Returns the special tokens before and after a text, one of each.
     *
     * @throws TokenizerException if the tokenizer adds anything else around a text
     */
    public int[] aroundText() {
        if (framing.before().size() != 1 || framing.after().size() != 1) {
            throw new TokenizerException(
                    file.file() + ": expected one special token before a text and one after it, found " + framing.size()
                            + " in all");
        }
        return new int[] {framing.before().get(0), framing.after().get(0)};
    }

    /** Returns the number of ids, special ones included. A model's embedding may have more rows. */
    public int vocabSize() {
        return Math.max(vocabulary.highestId(), added.highestId()) + 1;
    }

    /**
     * Returns a hash of how the tokenizer turns text into ids and back, in lower-case hex. Files that differ only in white
     * space, order or unstated defaults have the same hash.
     */
    public String fingerprint() {
        return fingerprint;
    }

    /** Returns the special tokens' ids by spelling. */
    public Map<String, Integer> specialTokens() {
        return special;
    }

    @Override
    public void close() {
        natives.close();
    }

    public ControlSpellings controls() {
        return controls;
    }

    /** Returns the ids of one-byte tokens that the decoder joins when they are neighbours; often empty. */
    Set<Integer> byteTokens() {
        return file.decoder().toString().contains("\"ByteFallback\"") ? vocabulary.bytes() : Set.of();
    }

    /** Returns the tokens of a text. A control token's spelling becomes the token unless it begins at an index that is text. */
    public Encoding encodeRendered(String text, IntPredicate asText, EncodingLimit limit) {
        EncodingBuilder tokens = builder(text, limit, false);
        append(tokens, text, asText);
        return tokens.build();
    }

    /** Encodes a short text by one call of the library. Encoding in pieces must give the same tokens. */
    NativeTokenizer.Piece wholeAtOnce(String text) {
        return natives.whole().encode(text, 0, text.length(), false);
    }

    private EncodingBuilder builder(String text, EncodingLimit limit, boolean keepsSpelling) {
        limit.check(shortest.tokens(text.length()));
        return new EncodingBuilder(text, limit, keepsSpelling);
    }

    private void append(EncodingBuilder tokens, String text, IntPredicate asText) {
        int from = 0;
        while (from < text.length()) {
            Match match = matcher.next(text, from, asText);
            if (match.start() > from) {
                appendText(tokens, text, from, match.start(), match.passedOver());
            }
            AddedToken token = match.token();
            if (token != null) {
                tokens.add(token.id(), match.start(), match.end(), token.content());
                tokens.check();
            }
            from = match.end();
        }
    }

    /** Appends the tokens of a text in which the caller found no added tokens; the library may still find some itself. */
    private void appendText(EncodingBuilder tokens, String text, int from, int to, boolean spellingsAsText) {
        TextStart start = from == 0 ? TextStart.NOTHING : TextStart.ADDED_TOKEN;
        new PieceEncoder(
                        text,
                        to,
                        (pieceFrom, pieceTo, goesOn) -> natives.of(goesOn ? TextStart.TEXT : start, spellingsAsText)
                                .encode(text, pieceFrom, pieceTo, tokens.keepsSpelling()))
                .encode(from, tokens);
    }
}
