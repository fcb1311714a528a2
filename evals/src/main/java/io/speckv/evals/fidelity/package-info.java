/**
 * What compression changes of the full cache's answers to a user's own prompts, without labels: the full model's greedy
 * answer is the yardstick.
 *
 * <p>Start reading at {@link io.speckv.evals.fidelity.FidelityRun}.
 */
@NullMarked
package io.speckv.evals.fidelity;

import org.jspecify.annotations.NullMarked;
