package io.speckv.engine.generate;

import io.speckv.engine.sampling.TokenLogprobs;
import java.util.Optional;

/** The tokens that follow the rows that a step fed for one sequence. */
public sealed interface NextTokens permits HostTokens, DeviceTokens {
    /**
     * Returns the token after a row.
     *
     * @param row from 0
     * @param generated tokens of the answer before it, those of the step's earlier rows included
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    int token(int row, int[] generated);

    /** Returns the log probabilities to report for the token after a row; empty if none are wanted. */
    Optional<TokenLogprobs> logprobs(int row, int token);
}
