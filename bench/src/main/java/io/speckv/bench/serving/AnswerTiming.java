package io.speckv.bench.serving;

/**
 * When an answer came, in seconds from its request.
 *
 * @param firstToken when its first token came
 * @param total when it ended
 */
public record AnswerTiming(double firstToken, double total) {}
