package io.speckv.text;

import io.speckv.selection.Lines;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.PromptText;

/** Prepares what a policy needs to know about a prompt's text. */
public final class PromptTexts {
    /** Text that replaces text that was left out. */
    static final String MARK = "[...]";

    private PromptTexts() {}

    /**
     * Returns what a policy needs.
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
     * Returns the same for a prompt whose text is not known.
     *
     * @param ids of the prompt
     */
    public static PromptText of(Tokenizer tokenizer, int[] ids, PromptPolicy policy) {
        boolean reads = policy.compresses(ids.length)
                && (policy.readsLines() || policy.text().marks());
        return reads ? of(tokenizer, DecodedTokens.of(tokenizer, ids), policy) : PromptText.NONE;
    }
}
