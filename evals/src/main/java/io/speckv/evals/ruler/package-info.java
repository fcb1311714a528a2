/**
 * RULER (Hsieh et al. 2024, arXiv:2404.06654): its tasks generated, its files read and written, its scores.
 *
 * <p>Wording, construction and scoring follow the benchmark's own scripts; each class names its differences. Prompts are plain
 * text, {@code input + answerPrefix}, the form that RULER uses for base models. {@link io.speckv.evals.ruler.Ruler} is the
 * class to read first.
 */
@NullMarked
package io.speckv.evals.ruler;

import org.jspecify.annotations.NullMarked;
