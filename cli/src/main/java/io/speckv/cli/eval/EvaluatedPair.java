package io.speckv.cli.eval;

import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.Generator;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter;
import java.util.OptionalInt;

/** The target and the draft of an evaluation, with the methods that it compares. */
sealed interface EvaluatedPair extends AutoCloseable permits LocalPair, ServedPair {
    /** Tokens of the shortest prompt that is left of one that is cut in the middle. */
    int PROMPT_LEAST = 2;

    /** Returns the tokenizer of prompts, which gives the target's tokens. */
    PromptTokenizer prompts();

    /** Returns the longest prompt, in tokens, to which the target can answer with up to {@code newTokens}. */
    int longestPromptOfTarget(int newTokens);

    /** Returns the longest prompt, in tokens, that both models can read if the answer has up to {@code newTokens}. */
    int longestPrompt(int newTokens);

    /**
     * Returns the same.
     *
     * @throws WrongInputException if the answer leaves no room for a prompt
     */
    default int requireRoomBeside(int newTokens) {
        int most = longestPrompt(newTokens);
        if (most < PROMPT_LEAST) {
            throw new WrongInputException("--max-new-tokens is " + newTokens + "; it must be at most "
                    + (most + newTokens - PROMPT_LEAST) + ", so that the models can read a prompt beside the answer");
        }
        return most;
    }

    /** Returns everything besides prompts and {@link Setting}s on which the answers depend. */
    PairIdentity identity();

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
