package io.speckv.text;

import io.speckv.selection.Reduction;
import io.speckv.selection.align.SpanAlignment;
import io.speckv.selection.align.TokenBridge;
import java.util.Arrays;

/** Connects two tokenizers through the text: scores by character spans, lookahead by its characters. */
public final class TextBridge implements TokenBridge {
    private final Tokenizer draft;
    private final Tokenizer target;
    private final Encoding draftEncoding;
    private final SpanAlignment alignment;

    /**
     * Makes a bridge for one prompt. The caller still closes the tokenizers.
     *
     * @param prompt as the target's tokenizer encoded it
     */
    public TextBridge(Tokenizer draft, Tokenizer target, Encoding prompt) {
        this(draft, target, prompt, EncodingLimit.NONE);
    }

    /**
     * Makes a bridge for a prompt that may be too long for the draft.
     *
     * @param limit of the prompt in the draft's tokens
     * @throws TooManyTokensException if it has more
     */
    public TextBridge(Tokenizer draft, Tokenizer target, Encoding prompt, EncodingLimit limit) {
        this.draft = draft;
        this.target = target;
        this.draftEncoding = draft.encode(prompt.text(), SpecialTokens.INCLUDED, ControlTokens.AS_CONTROL, limit);
        this.alignment =
                new SpanAlignment(draftEncoding.starts(), draftEncoding.ends(), prompt.starts(), prompt.ends());
    }

    /**
     * Returns the bridge for a prompt that came as tokens.
     *
     * @throws TokenizerException if their text encodes to other tokens, so that no text stands for these
     */
    public static TextBridge ofTokens(Tokenizer draft, Tokenizer target, int[] prompt) {
        Encoding encoding = target.encode(target.decode(prompt, SpecialTokens.EXCLUDED), SpecialTokens.INCLUDED);
        if (!Arrays.equals(encoding.ids(), prompt)) {
            throw new TokenizerException("draft and target have different tokenizers, and the prompt's ids are not what"
                    + " its text encodes to; give the prompt as text without control tokens");
        }
        return new TextBridge(draft, target, encoding);
    }

    @Override
    public int[] draftPrompt() {
        return draftEncoding.ids();
    }

    @Override
    public float[] scores(float[] draftScores) {
        return alignment.map(draftScores, Reduction.MAX);
    }

    @Override
    public int[] lookahead(int[] draftTokens) {
        String text = draft.decode(draftTokens, SpecialTokens.EXCLUDED);
        // The last token may end within a character.
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\uFFFD') {
            end--;
        }
        return target.encode(text.substring(0, end), SpecialTokens.EXCLUDED).ids();
    }
}
