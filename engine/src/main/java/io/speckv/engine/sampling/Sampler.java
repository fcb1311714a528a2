package io.speckv.engine.sampling;

import io.speckv.engine.NonFiniteException;
import io.speckv.engine.sampling.CounterRandom.Purpose;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the tokens of one answer by its settings.
 *
 * <p>{@linkplain Steering The request's biases and forbidden tokens} come first, then penalties, then
 * {@linkplain Distribution temperature, top-k, top-p and min-p}, then the draw. The choice of a token depends on the logits,
 * the tokens before it and the seed alone. Immutable.
 */
public final class Sampler {
    private final SamplingSettings settings;
    private final Steering steering;
    private final Penalties penalties;
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
                new Steering(settings, endTokens),
                new Penalties(settings, prompt),
                new CounterRandom(seed(settings, fallbackSeed)),
                Purpose.TOKEN);
    }

    private Sampler(
            SamplingSettings settings, Steering steering, Penalties penalties, CounterRandom random, Purpose purpose) {
        this.settings = settings;
        this.steering = steering;
        this.penalties = penalties;
        this.random = random;
        this.purpose = purpose;
    }

    /** Returns the sampler of a draft that proposes tokens of the same answer, with random numbers of its own. */
    public Sampler proposing() {
        return new Sampler(settings, steering, penalties, random, Purpose.PROPOSAL);
    }

    /**
     * Returns the next token.
     *
     * @param logits {@code [vocabSize]}, borrowed
     * @param generated the answer so far
     * @throws NonFiniteException if a logit is NaN or no token is possible
     */
    public int choose(float[] logits, int[] generated) {
        float[] penalised = changed(logits, generated);
        if (settings.temperature() == 0) {
            return Greedy.token(penalised);
        }
        return Distribution.of(penalised, settings).tokenAt(random.uniform(generated.length, purpose));
    }

    /**
     * Returns the probability with which {@link #choose} takes each token {@code [vocabSize]}.
     *
     * @throws NonFiniteException if a logit is NaN or no token is possible
     */
    public float[] probabilities(float[] logits, int[] generated) {
        float[] penalised = changed(logits, generated);
        if (settings.temperature() == 0) {
            float[] certain = new float[logits.length];
            certain[Greedy.token(penalised)] = 1;
            return certain;
        }
        return Distribution.of(penalised, settings).probabilities(logits.length);
    }

    private float[] changed(float[] logits, int[] generated) {
        return penalties.apply(steering.apply(logits, generated.length), generated);
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
