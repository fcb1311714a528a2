package io.speckv.evals.longbench;

import java.util.Arrays;

/**
 * Cuts the middle out of prompts that are too long, since the instruction may be at either end.
 *
 * <p>Keeps the first and the last {@code tokensMax / 2} tokens. Source: {@code pred.py} of LongBench. As there, the kept tokens
 * are turned back into text and joined, so the result can have a token more or less.
 */
public final class MiddleCut {
    private final Codec codec;
    private final int tokensMax;

    /** Text to tokens and back, without special tokens. */
    public interface Codec {
        int[] encode(String text);

        String decode(int[] ids);
    }

    /**
     * Creates a cut.
     *
     * @param tokensMax tokens of the longest prompt that stays as it is, at least 2; LongBench takes 31,500 for models of 32k
     *     and 3,500 for models of 4k
     */
    public MiddleCut(Codec codec, int tokensMax) {
        if (tokensMax < 2) {
            throw new IllegalArgumentException("tokensMax is " + tokensMax + ", must be at least 2");
        }
        this.codec = codec;
        this.tokensMax = tokensMax;
    }

    /** Returns {@code prompt}, without its middle if it has more than {@code tokensMax} tokens. */
    public String apply(String prompt) {
        int[] ids = codec.encode(prompt);
        if (ids.length <= tokensMax) {
            return prompt;
        }
        int half = tokensMax / 2;
        int[] head = Arrays.copyOf(ids, half);
        int[] tail = Arrays.copyOfRange(ids, ids.length - half, ids.length);
        return codec.decode(head) + codec.decode(tail);
    }
}
