package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PrefixCache;
import io.speckv.engine.torch.PrefixLease;
import io.speckv.engine.torch.PromptPass;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that is read except for its last token, until its lookahead is known. The last token waits because its row must
 * be in the last piece: it gives the logits of the answer's first token. Thread-confined; the caller closes it.
 */
public final class OpenPrefill implements AutoCloseable {
    private final TargetPrefill prefill;
    private final KvSlot slot;
    private final TargetPrompt prompt;
    private final int mostLookahead;
    private final PrefixLease prefix;
    private final PromptPass pass;
    private long passNanos;

    OpenPrefill(
            TargetPrefill prefill,
            DecoderModel target,
            @Nullable PrefixCache prefixes,
            KvSlot slot,
            TargetPrompt prompt,
            int mostLookahead) {
        this.prefill = prefill;
        this.slot = slot;
        this.prompt = prompt;
        this.mostLookahead = mostLookahead;
        // Whether the tail stays is decided when the lookahead is known.
        Eviction eviction = new Eviction(prompt.policy(), prompt.tokens().length, mostLookahead, false);
        this.prefix = prompt.prefix(prefixes, eviction, 0);
        boolean started = false;
        try {
            this.pass = PromptPass.start(target, slot, eviction, prefix);
            started = true;
        } finally {
            if (!started) {
                prefix.close();
            }
        }
    }

    /** Feeds all tokens that need no lookahead. Closes itself if that fails. */
    OpenPrefill read(YieldPoint yieldPoint) {
        boolean read = false;
        try {
            int first = prefix.reusedTokens();
            int end = prompt.tokens().length - 1;
            if (first < end) {
                long started = System.nanoTime();
                pass.feed(
                        Arrays.copyOfRange(prompt.tokens(), first, end),
                        Arrays.copyOfRange(prompt.positions(), first, end),
                        false,
                        yieldPoint);
                passNanos = System.nanoTime() - started;
            }
            read = true;
            return this;
        } finally {
            if (!read) {
                close();
            }
        }
    }

    /**
     * Reads the rest, with the same result as {@link TargetPrefill#run} for the whole prompt. Call it once.
     *
     * @param lookahead at most as many tokens as were announced
     */
    public Prefilled finish(int[] lookahead, TokenChoice choice, YieldPoint yieldPoint) {
        if (lookahead.length > mostLookahead) {
            throw new IllegalArgumentException(
                    lookahead.length + " lookahead tokens, at most " + mostLookahead + " were announced");
        }
        TargetPrompt whole = prompt.withLookahead(lookahead);
        int[] fed = TargetPrefill.lookahead(whole);
        int last = prompt.tokens().length - 1;
        long started = System.nanoTime();
        long evicting = pass.evictionNanos();
        pass.feedLast(
                TargetPrefill.from(last, TargetPrefill.concat(prompt.tokens(), fed)),
                TargetPrefill.from(last, TargetPrefill.positions(whole, fed.length)),
                TargetPrefill.eviction(whole),
                yieldPoint);
        evicting = pass.evictionNanos() - evicting;
        passNanos += System.nanoTime() - started - evicting;
        Prefilled.Nanos nanos = new Prefilled.Nanos(passNanos, evicting, 0);
        Prefilled prefilled = prefill.firstTokens(pass, prefix.reusedTokens(), nanos, whole, slot, choice, yieldPoint);
        prefix.keep();
        return prefilled;
    }

    /** Returns the time that the pass has taken so far, without choosing and moving keys. */
    public long passNanos() {
        return passNanos;
    }

    @Override
    public void close() {
        pass.close();
        prefix.close();
    }
}
