/** Files with one JSON object per line, the form of benchmarks. */
@NullMarked
package io.speckv.evals.jsonl;

import org.jspecify.annotations.NullMarked;
