/**
 * Separates a model's answer into text, reasoning and calls of tools. Pure functions of the text: the result is the same
 * however the text is cut into pieces. Entry point: {@link io.speckv.answers.AnswerParser}.
 */
@NullMarked
package io.speckv.answers;

import org.jspecify.annotations.NullMarked;
