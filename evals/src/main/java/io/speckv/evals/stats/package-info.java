/** Statistics of evaluations: confidence intervals, rank correlations and overlap of kept tokens, on plain arrays. */
@NullMarked
package io.speckv.evals.stats;

import org.jspecify.annotations.NullMarked;
