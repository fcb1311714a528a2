package io.speckv.cli.eval;

import io.speckv.evals.Generator;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter;
import java.io.IOException;
import java.util.OptionalInt;

/** The target and the draft that an evaluation asks, with the methods it asks for. */
sealed interface EvaluatedPair extends AutoCloseable permits LocalPair, ServedPair {
    /** Returns how prompts become the target's tokens. */
    PromptTokenizer prompts();

    /** Returns how many tokens a prompt may have that the target answers with up to {@code newTokens}. */
    int longestPromptOfTarget(int newTokens);

    /** Returns how many tokens a prompt may have that both models read, for an answer of up to {@code newTokens}. */
    int longestPrompt(int newTokens);

    /** Returns what the answers depend on besides prompts and {@link Setting}s. */
    PairIdentity identity() throws IOException;

    /** Returns what answers the prompts; it ends with this pair. */
    Generator generator();

    /**
     * Returns what compares answers with the full cache's; it ends with this pair.
     *
     * @param logprobs likeliest tokens that services tell at each place, empty for no probabilities; a pair in this process
     *     knows all of them
     */
    AnswerMeter meter(OptionalInt logprobs);

    /** Returns what losses of the {@link #meter} are, for readers of the results. */
    String lossesAre();

    /** Returns the names of the models, for readers of the results. */
    String names();

    /** Returns what the times are, for readers of the results. */
    String timesAre();

    @Override
    void close();
}
