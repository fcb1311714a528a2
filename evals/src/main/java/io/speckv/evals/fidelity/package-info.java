/**
 * Measures how compression changes the full cache's answers to a user's own prompts. No labels are needed, since the full
 * cache's greedy answer is the reference.
 *
 * <p>Start reading at {@link io.speckv.evals.fidelity.FidelityRun}.
 */
@NullMarked
package io.speckv.evals.fidelity;

import org.jspecify.annotations.NullMarked;
