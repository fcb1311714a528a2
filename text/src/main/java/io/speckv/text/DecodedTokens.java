package io.speckv.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Finds the span of each token in the decoded text. */
public final class DecodedTokens {
    private final int[] starts;
    private final int[] ends;
    private final StringBuilder text = new StringBuilder();
    /** First token of the character that is still incomplete. */
    private int firstIncomplete;

    private DecodedTokens(int tokens) {
        starts = new int[tokens];
        ends = new int[tokens];
    }

    /**
     * Returns the decoded text and the span of each token in it. Special tokens have no text and empty spans; tokens that share
     * a character all span it.
     *
     * @throws TokenizerException if an id is negative
     */
    public static Encoding of(Tokenizer tokenizer, int[] ids) {
        return of(tokenizer, ids, tokenizer.specialTokens().values(), SpecialTokens.EXCLUDED);
    }

    /**
     * Returns the decoded text with special tokens spelled out, and the span of each token in it.
     *
     * @throws TokenizerException if an id is negative
     */
    public static Encoding spelledOut(Tokenizer tokenizer, int[] ids) {
        return of(tokenizer, ids, List.of(), SpecialTokens.INCLUDED);
    }

    /** @param special tokens that are no part of the text */
    private static Encoding of(Tokenizer tokenizer, int[] ids, Collection<Integer> special, SpecialTokens spelling) {
        TokenStream stream = new TokenStream(tokenizer, spelling);
        // Such decoders join bytes even across a control token that is left out.
        boolean joinsBytes = !tokenizer.byteTokens().isEmpty();
        DecodedTokens decoded = new DecodedTokens(ids.length);
        for (int i = 0; i < ids.length; i++) {
            boolean control = special.contains(ids[i]);
            if (control && !joinsBytes) {
                // A character cannot continue after a control token.
                decoded.complete(decoded.firstIncomplete < i ? stream.finish() : "", i);
                decoded.complete("", i + 1);
            } else {
                String piece = stream.accept(ids[i]);
                if (!piece.isEmpty()) {
                    decoded.complete(piece, i + 1);
                }
            }
        }
        decoded.complete(stream.finish(), ids.length);
        for (int i = 0; i < ids.length; i++) {
            if (special.contains(ids[i])) {
                decoded.ends[i] = decoded.starts[i];
            }
        }
        return new Encoding(decoded.text.toString(), ids, decoded.starts, decoded.ends);
    }

    /** Ends the incomplete character: its tokens before {@code end} all span {@code piece}. */
    private void complete(String piece, int end) {
        Arrays.fill(starts, firstIncomplete, end, text.length());
        text.append(piece);
        Arrays.fill(ends, firstIncomplete, end, text.length());
        firstIncomplete = end;
    }
}
