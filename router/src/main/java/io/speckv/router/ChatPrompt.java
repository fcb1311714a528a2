package io.speckv.router;

import io.speckv.proto.v1.AnswerMarks;
import io.speckv.text.Conversation;

/**
 * A chat as a prompt was made of it.
 *
 * @param marks what in its answer is no text
 */
record ChatPrompt(Conversation conversation, AnswerMarks marks) {}
