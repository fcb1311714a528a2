package io.speckv.cli;

import io.speckv.engine.generate.TokenBridge;
import io.speckv.selection.Reduction;
import io.speckv.selection.align.SpanAlignment;
import io.speckv.text.Encoding;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;

/** Two tokenizers meet in the text: scores through character spans, lookahead through its characters. */
final class TextBridge implements TokenBridge {
    private final Tokenizer draft;
    private final Tokenizer target;
    private final Encoding draftEncoding;
    private final SpanAlignment alignment;

    /**
     * A bridge for one prompt.
     *
     * @param prompt in the target's vocabulary
     */
    TextBridge(Tokenizer draft, Tokenizer target, int[] prompt) {
        this.draft = draft;
        this.target = target;
        String text = target.decode(prompt, SpecialTokens.EXCLUDED);
        Encoding targetEncoding = target.encode(text, SpecialTokens.INCLUDED);
        if (!java.util.Arrays.equals(targetEncoding.ids(), prompt)) {
            throw new WrongInputException(
                    "draft and target have different tokenizers, and the prompt's ids are not what"
                            + " its text encodes to; give the prompt as text without control tokens");
        }
        draftEncoding = draft.encode(text, SpecialTokens.INCLUDED);
        alignment = new SpanAlignment(
                draftEncoding.starts(), draftEncoding.ends(), targetEncoding.starts(), targetEncoding.ends());
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
        // The last token may hold only a part of its character.
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\uFFFD') {
            end--;
        }
        return target.encode(text.substring(0, end), SpecialTokens.EXCLUDED).ids();
    }
}
