package io.speckv.router.prompt;

import io.speckv.proto.v1.AnswerMarks;
import io.speckv.text.chat.Conversation;

/**
 * A chat as a prompt was made of it.
 *
 * @param marks what in its answer is no text
 * @param schema JSON Schema that what follows the prompt is to be held to, so that it is a call; empty for none
 */
public record ChatPrompt(Conversation conversation, AnswerMarks marks, String schema) {}
