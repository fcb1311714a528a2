/**
 * Runs benchmarks over methods and budgets, and stores finished work.
 *
 * <p>{@link io.speckv.evals.EvalRun} is the driver. It knows neither engine nor services, but asks a
 * {@link io.speckv.evals.Generator}. Benchmarks are in {@code ruler} and {@code longbench}, results go to {@code report}.
 */
@NullMarked
package io.speckv.evals;

import org.jspecify.annotations.NullMarked;
