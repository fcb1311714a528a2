package io.speckv.http;

/**
 * A call of a tool in an answer.
 *
 * @param id by which its result will be told
 * @param arguments the text of a JSON object
 */
record ToolCall(String id, String tool, String arguments) {}
