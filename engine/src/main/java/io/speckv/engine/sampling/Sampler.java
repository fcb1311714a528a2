package io.speckv.engine.sampling;

import io.speckv.engine.sampling.CounterRandom.Purpose;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the tokens of one answer by its settings.
 *
 * <p>{@linkplain Steering The request's biases, forbidden tokens and penalties} come first, then
 * {@linkplain Distribution temperature, top-k, top-p and min-p}, then the draw. The choice of a token depends on the logits,
 * the tokens before it and the seed alone. Immutable.
 */
public final class Sampler {
    private final SamplingSettings settings;
    private final Steering steering;
    private final CounterRandom random;
    private final Purpose purpose;

    /**
     * @param fallbackSeed used if the settings have no seed
     * @param prompt tokens before the answer; the repetition penalty counts them
     * @param endTokens of the model; a least length forbids them
     */
    public Sampler(SamplingSettings settings, long fallbackSeed, int[] prompt, Set<Integer> endTokens) {
        this(
                settings,
                new Steering(settings, prompt, endTokens),
                new CounterRandom(seed(settings, fallbackSeed)),
                Purpose.TOKEN);
    }

    private Sampler(SamplingSettings settings, Steering steering, CounterRandom random, Purpose purpose) {
        this.settings = settings;
        this.steering = steering;
        this.random = random;
        this.purpose = purpose;
    }

    /** Returns the sampler of a draft that proposes tokens of the same answer, with random numbers of its own. */
    public Sampler proposing() {
        return new Sampler(settings, steering, random, Purpose.PROPOSAL);
    }

    /**
     * Returns the choice of the next token.
     *
     * @param generated the answer so far
     */
    public TokenDraw draw(int[] generated) {
        return new TokenDraw(steering.changes(generated), settings, random.uniform(generated.length, purpose));
    }

    /**
     * Returns the next token.
     *
     * @param logits {@code [vocabSize]}, borrowed
     * @param generated the answer so far
     * @throws io.speckv.engine.NonFiniteException if a logit is NaN, or the likeliest is infinite
     */
    public int choose(float[] logits, int[] generated) {
        return draw(generated).token(logits);
    }

    /**
     * Returns the probability with which {@link #choose} takes each token {@code [vocabSize]}.
     *
     * @throws io.speckv.engine.NonFiniteException if a logit is NaN, or the likeliest is infinite
     */
    public float[] probabilities(float[] logits, int[] generated) {
        return draw(generated).probabilities(logits);
    }

    /** Returns the log probabilities to report for a token chosen from these logits; empty if the settings ask for none. */
    public Optional<TokenLogprobs> logprobs(float[] logits, int token) {
        return settings.logprobs() == SamplingSettings.NO_LOGPROBS
                ? Optional.empty()
                : Optional.of(TokenLogprobs.of(logits, token, settings.logprobs()));
    }

    private static long seed(SamplingSettings settings, long fallbackSeed) {
        Long seed = settings.seed();
        return seed == null ? fallbackSeed : seed;
    }
}
