/**
 * Results of evaluations and how they are written: terminal table, JSON, CSV and one self-contained HTML page.
 *
 * <p>{@link io.speckv.evals.report.EvalReport} is the class to read first.
 */
@NullMarked
package io.speckv.evals.report;

import org.jspecify.annotations.NullMarked;
