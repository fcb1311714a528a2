package io.speckv.router.prompt;

import io.speckv.proto.v1.AnswerMarks;
import io.speckv.text.Conversation;

/**
 * A chat as a prompt was made of it.
 *
 * @param marks what in its answer is no text
 */
public record ChatPrompt(Conversation conversation, AnswerMarks marks) {}
