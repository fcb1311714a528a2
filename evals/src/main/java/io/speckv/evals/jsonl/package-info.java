/** Files of one JSON object a line, as benchmarks come. */
@NullMarked
package io.speckv.evals.jsonl;

import org.jspecify.annotations.NullMarked;
