package io.speckv.text;

import io.speckv.selection.Lines;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.PromptText;

/** Finds out what a policy asks for about the text of a prompt. */
public final class PromptTexts {
    /** What stands where text was left out. */
    static final String MARK = "[...]";

    private PromptTexts() {}

    /**
     * Returns what a policy asks for.
     *
     * @param encoding of the prompt
     */
    public static PromptText of(Tokenizer tokenizer, Encoding encoding, PromptPolicy policy) {
        if (!policy.compresses(encoding.size())) {
            return PromptText.NONE;
        }
        Lines lines = policy.readsLines() ? CodeLines.of(encoding) : Lines.NONE;
        int[] mark = policy.text().marks()
                ? tokenizer.encode(MARK, SpecialTokens.EXCLUDED).ids()
                : new int[0];
        return new PromptText(lines, mark);
    }

    /**
     * Returns the same for a prompt of which the text is not known.
     *
     * @param ids of the prompt
     */
    public static PromptText of(Tokenizer tokenizer, int[] ids, PromptPolicy policy) {
        boolean reads = policy.compresses(ids.length)
                && (policy.readsLines() || policy.text().marks());
        return reads ? of(tokenizer, DecodedTokens.of(tokenizer, ids), policy) : PromptText.NONE;
    }
}
