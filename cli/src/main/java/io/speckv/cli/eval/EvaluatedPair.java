package io.speckv.cli.eval;

import io.speckv.evals.Generator;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter;
import java.io.IOException;
import java.util.OptionalInt;

/** The target and the draft of an evaluation, with the methods that it compares. */
sealed interface EvaluatedPair extends AutoCloseable permits LocalPair, ServedPair {
    /** Returns the tokenizer of prompts, which gives the target's tokens. */
    PromptTokenizer prompts();

    /** Returns the longest prompt, in tokens, to which the target can answer with up to {@code newTokens}. */
    int longestPromptOfTarget(int newTokens);

    /** Returns the longest prompt, in tokens, that both models can read if the answer has up to {@code newTokens}. */
    int longestPrompt(int newTokens);

    /** Returns everything besides prompts and {@link Setting}s on which the answers depend. */
    PairIdentity identity() throws IOException;

    /** Returns the generator of answers; it is closed with this pair. */
    Generator generator();

    /**
     * Returns the meter that compares answers with the full cache's; it is closed with this pair.
     *
     * @param logprobs number of likeliest tokens that services report at each place; empty for no probabilities. A pair in this
     *     process knows all of them
     */
    AnswerMeter meter(OptionalInt logprobs);

    /** Returns what the losses of the {@link #meter} mean, for readers of the results. */
    String lossesAre();

    /** Returns the names of the models, for readers of the results. */
    String names();

    /** Returns what the times mean, for readers of the results. */
    String timesAre();

    @Override
    void close();
}
