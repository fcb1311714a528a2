package io.speckv.engine.generate;

import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenLogprobs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One answer as it grows: from the prefill's tokens, by at least one token for each step of the model, to the reason it
 * ends. It knows neither model nor text. The token that ends it, one of the model's end tokens or of the request's stop tokens,
 * is no part of it and is not counted. Thread-confined.
 */
public final class Answer {
    /** Why an answer ended. */
    public enum Ending {
        /** The model chose one of its end tokens. */
        END_OF_TEXT,
        /** A stop token of the request was chosen, or {@link #cutAfter} was called: a stop text was met. */
        STOP,
        /** As many tokens as the settings allow. */
        MAX_NEW_TOKENS,
        /** The model or the cache slot has no room for more. */
        CONTEXT_FULL
    }

    private final TokenChoice choice;
    private final @Nullable Sampler sampler;
    private final Set<Integer> stopTokens;
    private final IntPredicate ends;
    private final int maxNewTokens;
    private final int room;
    private final List<TokenLogprobs> logprobs = new ArrayList<>();
    private int[] tokens = new int[16];
    private int count;
    private @Nullable Ending ending;
    private OptionalInt endedBy = OptionalInt.empty();

    /**
     * @param fallbackSeed used where the settings name no seed
     * @param prompt what the answer follows; the repetition penalty counts it
     * @param endTokens of the model
     * @param room most tokens that model and cache have room for, at least 1
     */
    public Answer(SamplingSettings settings, long fallbackSeed, int[] prompt, Set<Integer> endTokens, int room) {
        if (room < 1) {
            throw new IllegalArgumentException("an answer needs room for at least 1 token, not " + room);
        }
        Sampler sampling = new Sampler(settings, fallbackSeed, prompt, endTokens);
        this.choice = sampling::choose;
        this.sampler = sampling;
        this.stopTokens = settings.stopTokenIds();
        this.ends = token -> settings.endsWith(token, endTokens);
        this.maxNewTokens = settings.maxNewTokens();
        this.room = room;
    }

    /** An answer that somebody else chooses, without log probabilities. */
    Answer(TokenChoice choice, Set<Integer> endTokens, int maxNewTokens) {
        this.choice = choice;
        this.sampler = null;
        this.stopTokens = Set.of();
        this.ends = endTokens::contains;
        this.maxNewTokens = maxNewTokens;
        this.room = maxNewTokens;
    }

    /** Returns what chooses tokens for {@link TargetPrefill}; it remembers nothing. */
    public TokenChoice choice() {
        return choice;
    }

    /** Takes what the prefill brought: accepted lookahead tokens and the target's own next one, as far as they go. */
    public void start(Prefilled prefilled) {
        append(prefilled.tokens(), prefilled.logits());
    }

    /**
     * Grows by what {@link Verification} accepts of drafted tokens and by the token it chooses after those, as far as they
     * go.
     *
     * @param drafted what it was guessed to go on with, or none
     * @param logits after {@link #pendingToken} and after each drafted token, {@code [1 + drafted][vocabSize]}, borrowed
     * @return drafted tokens that it grew by
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen from them
     * @throws IllegalStateException if the answer is finished
     */
    int feed(int[] drafted, float[][] logits) {
        if (isFinished()) {
            throw new IllegalStateException("the answer ended with " + ending);
        }
        int before = count;
        int[] said = Verification.verify(drafted, logits, tokens(), choice());
        append(said, logits);
        return Math.min(said.length - 1, count - before);
    }

    private void append(int[] said, float[][] logits) {
        for (int i = 0; i < said.length && !isFinished(); i++) {
            append(said[i], logits[i]);
        }
    }

    private void append(int token, float[] logits) {
        // The token that ends an answer is no part of it.
        if (ends.test(token)) {
            ending = stopTokens.contains(token) ? Ending.STOP : Ending.END_OF_TEXT;
            endedBy = OptionalInt.of(token);
            return;
        }
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * count);
        }
        tokens[count++] = token;
        if (sampler != null) {
            sampler.logprobs(logits, token).ifPresent(logprobs::add);
        }
        if (count == maxNewTokens) {
            ending = Ending.MAX_NEW_TOKENS;
        } else if (count == room) {
            ending = Ending.CONTEXT_FULL;
        }
    }

    /** Ends the answer after its first {@code kept} tokens, because a stop text was met in them. */
    public void cutAfter(int kept) {
        if (kept < 0 || kept > count) {
            throw new IllegalArgumentException("cannot cut an answer of " + count + " tokens after " + kept);
        }
        count = kept;
        if (logprobs.size() > kept) {
            logprobs.subList(kept, logprobs.size()).clear();
        }
        ending = Ending.STOP;
        endedBy = OptionalInt.empty();
    }

    public boolean isFinished() {
        return ending != null;
    }

    /** Returns why the answer ended; empty while it grows. */
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** Returns the token that ended the answer, which is no part of it; empty where none did. */
    public OptionalInt endedBy() {
        return endedBy;
    }

    /** Returns the number of tokens so far, without the one that ended it. */
    public int size() {
        return count;
    }

    /** Returns the number of tokens that it may still grow by. */
    public int tokensLeft() {
        return Math.min(maxNewTokens, room) - count;
    }

    /** Returns the token at an index from 0. */
    public int token(int index) {
        if (index >= count) {
            throw new IndexOutOfBoundsException("token " + index + " of " + count);
        }
        return tokens[index];
    }

    /** Returns all tokens so far, a copy. */
    public int[] tokens() {
        return Arrays.copyOf(tokens, count);
    }

    /** Returns the last token, which the model has yet to be fed. */
    public int pendingToken() {
        return token(count - 1);
    }

    /** Returns one entry for each token, or none if the settings ask for no log probabilities. */
    public List<TokenLogprobs> logprobs() {
        return List.copyOf(logprobs);
    }

    /** Returns the log probabilities of one token; empty if the settings ask for none. */
    public Optional<TokenLogprobs> logprobs(int index) {
        return logprobs.isEmpty() ? Optional.empty() : Optional.of(logprobs.get(index));
    }
}
