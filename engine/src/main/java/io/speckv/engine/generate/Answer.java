package io.speckv.engine.generate;

import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.sampling.TokenDraw;
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
 * One answer as it grows. It starts with the prefill's tokens, grows by at least one token per step of the model, and ends
 * for a {@linkplain Ending reason}. It knows neither model nor text. The token that ends it, which is one of the model's end
 * tokens or of the request's stop tokens, is not part of it and is not counted. Thread-confined.
 */
public final class Answer {
    /** Why an answer ended. */
    public enum Ending {
        /** The model chose one of its end tokens. */
        END_OF_TEXT,
        /** A stop token of the request was chosen, or {@link #cutAfter} was called because a stop text appeared. */
        STOP,
        /** The answer has as many tokens as the settings allow. */
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
     * @param fallbackSeed used if the settings have no seed
     * @param prompt tokens before the answer; the repetition penalty counts them
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

    /** An answer whose tokens {@code choice} chooses, without log probabilities. */
    Answer(TokenChoice choice, Set<Integer> endTokens, int maxNewTokens) {
        this.choice = choice;
        this.sampler = null;
        this.stopTokens = Set.of();
        this.ends = endTokens::contains;
        this.maxNewTokens = maxNewTokens;
        this.room = maxNewTokens;
    }

    /** Returns the choice of tokens for {@link TargetPrefill}. It has no state. */
    public TokenChoice choice() {
        return choice;
    }

    /**
     * Takes the prefill's tokens up to the end of the answer: accepted lookahead tokens and then the target's own next
     * token.
     */
    public void start(Prefilled prefilled) {
        append(prefilled.tokens(), onHost(prefilled.logits()));
    }

    /**
     * Grows by the drafted tokens that {@link Verification} accepts and by the token that it chooses after them, up to the
     * end of the answer.
     *
     * @param drafted guess of the next tokens; may be empty
     * @param next chosen after {@link #pendingToken} and after each drafted token
     * @return number of drafted tokens in the growth
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     * @throws IllegalStateException if the answer is finished
     */
    int feed(int[] drafted, NextTokens next) {
        if (isFinished()) {
            throw new IllegalStateException("the answer ended with " + ending);
        }
        int before = count;
        int[] said = Verification.verify(drafted, next, tokens());
        append(said, next);
        return Math.min(said.length - 1, count - before);
    }

    /** Returns the tokens that this answer chooses from logits {@code [rows][vocabSize]}, borrowed. */
    NextTokens onHost(float[][] logits) {
        return new HostTokens(logits, choice, sampler);
    }

    /**
     * Returns the choices of the next tokens, one more than are drafted. Each holds if the drafted tokens before it are right.
     *
     * @throws IllegalStateException if the answer has no sampler
     */
    List<TokenDraw> draws(int[] drafted) {
        if (sampler == null) {
            throw new IllegalStateException("the answer's tokens are chosen from logits alone");
        }
        int[] generated = Arrays.copyOf(tokens, count + drafted.length);
        System.arraycopy(drafted, 0, generated, count, drafted.length);
        List<TokenDraw> draws = new ArrayList<>();
        for (int i = 0; i <= drafted.length; i++) {
            draws.add(sampler.draw(Arrays.copyOf(generated, count + i)));
        }
        return draws;
    }

    private void append(int[] said, NextTokens next) {
        for (int i = 0; i < said.length && !isFinished(); i++) {
            append(i, said[i], next);
        }
    }

    private void append(int row, int token, NextTokens next) {
        // The token that ends an answer is not part of it.
        if (ends.test(token)) {
            ending = stopTokens.contains(token) ? Ending.STOP : Ending.END_OF_TEXT;
            endedBy = OptionalInt.of(token);
            return;
        }
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * count);
        }
        tokens[count++] = token;
        next.logprobs(row, token).ifPresent(logprobs::add);
        if (count == maxNewTokens) {
            ending = Ending.MAX_NEW_TOKENS;
        } else if (count == room) {
            ending = Ending.CONTEXT_FULL;
        }
    }

    /** Ends the answer after its first {@code kept} tokens, because a stop text appeared in them. */
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

    /** Returns why the answer ended; empty while it still grows. */
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** Returns the token that ended the answer, which is not part of it; empty if no token ended it. */
    public OptionalInt endedBy() {
        return endedBy;
    }

    /** Returns the number of tokens so far, without the token that ended it. */
    public int size() {
        return count;
    }

    /** Returns how many more tokens the answer may grow by. */
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

    /** Returns the last token, which was not yet fed to the model. */
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
