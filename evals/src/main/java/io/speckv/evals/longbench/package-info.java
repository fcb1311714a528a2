/**
 * LongBench v1 (Bai et al. 2023, arXiv:2308.14508): its English tasks from a folder of its JSONL files.
 *
 * <p>Prompts, answer lengths, truncation and metrics are those of the benchmark's own scripts. {@link
 * io.speckv.evals.longbench.LongBenchTask} is the class to read first.
 */
@NullMarked
package io.speckv.evals.longbench;

import org.jspecify.annotations.NullMarked;
