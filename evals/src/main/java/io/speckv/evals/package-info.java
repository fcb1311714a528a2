/**
 * Runs benchmarks over methods and budgets and keeps what was finished.
 *
 * <p>{@link io.speckv.evals.EvalRun} is the driver and knows neither engine nor services: it asks a {@link
 * io.speckv.evals.Generator}. Benchmarks are in {@code ruler} and {@code longbench}, results go to {@code report}.
 */
@NullMarked
package io.speckv.evals;

import org.jspecify.annotations.NullMarked;
