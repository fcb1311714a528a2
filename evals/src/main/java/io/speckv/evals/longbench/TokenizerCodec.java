package io.speckv.evals.longbench;

import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;

/** A tokenizer as the codec of {@link MiddleCut}. */
public record TokenizerCodec(Tokenizer tokenizer) implements MiddleCut.Codec {
    @Override
    public int[] encode(String text) {
        return tokenizer.encode(text, SpecialTokens.EXCLUDED).ids();
    }

    @Override
    public String decode(int[] ids) {
        return tokenizer.decode(ids, SpecialTokens.EXCLUDED);
    }
}
