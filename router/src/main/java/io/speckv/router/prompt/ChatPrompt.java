package io.speckv.router.prompt;

import io.speckv.proto.v1.AnswerMarks;
import io.speckv.text.chat.Conversation;

/**
 * A chat that a prompt was made from.
 *
 * @param marks that separate calls and reasoning from the answer's text
 * @param schema JSON Schema that the answer is held to, so that it is a call; empty for none
 */
public record ChatPrompt(Conversation conversation, AnswerMarks marks, String schema) {}
