package io.speckv.text;

/**
 * One turn of a conversation.
 *
 * @param role who speaks, in the template's words: {@code system}, {@code user}, {@code assistant}, {@code tool}
 * @param content what was said
 */
public record ChatMessage(String role, String content) {}
