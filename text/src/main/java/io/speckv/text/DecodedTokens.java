package io.speckv.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Finds where tokens lie in the text that they stand for. */
public final class DecodedTokens {
    private final int[] starts;
    private final int[] ends;
    private final StringBuilder text = new StringBuilder();
    /** Tokens from here on hold parts of a character that is not out yet. */
    private int firstIncomplete;

    private DecodedTokens(int tokens) {
        starts = new int[tokens];
        ends = new int[tokens];
    }

    /**
     * Returns the text that tokens decode to, and where each lies in it. Special tokens are no part of the text and span
     * nothing; tokens that share a character all span it.
     *
     * @throws TokenizerException if an id is negative
     */
    public static Encoding of(Tokenizer tokenizer, int[] ids) {
        return of(tokenizer, ids, tokenizer.specialTokens().values(), SpecialTokens.EXCLUDED);
    }

    /**
     * Returns the text that tokens decode to, special tokens spelled out, and where each lies in it.
     *
     * @throws TokenizerException if an id is negative
     */
    public static Encoding spelledOut(Tokenizer tokenizer, int[] ids) {
        return of(tokenizer, ids, List.of(), SpecialTokens.INCLUDED);
    }

    /** @param special tokens that are no part of the text */
    private static Encoding of(Tokenizer tokenizer, int[] ids, Collection<Integer> special, SpecialTokens spelling) {
        TokenStream stream = new TokenStream(tokenizer, spelling);
        // Such decoders join bytes even over a control token that is left out.
        boolean joinsBytes = !tokenizer.byteTokens().isEmpty();
        DecodedTokens decoded = new DecodedTokens(ids.length);
        for (int i = 0; i < ids.length; i++) {
            boolean control = special.contains(ids[i]);
            if (control && !joinsBytes) {
                // A character cannot go on behind a control token.
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

    /** The tokens before {@code end} that were incomplete all span {@code piece}. */
    private void complete(String piece, int end) {
        Arrays.fill(starts, firstIncomplete, end, text.length());
        text.append(piece);
        Arrays.fill(ends, firstIncomplete, end, text.length());
        firstIncomplete = end;
    }
}
