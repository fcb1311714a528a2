/**
 * What a model's answer says beside its text: what it thought, and which tools it calls. Pure functions of the text: one
 * result wherever the text is cut. Entry point: {@link io.speckv.answers.AnswerParser}.
 */
@NullMarked
package io.speckv.answers;

import org.jspecify.annotations.NullMarked;
