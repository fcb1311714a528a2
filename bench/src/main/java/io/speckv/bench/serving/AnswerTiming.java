package io.speckv.bench.serving;

/**
 * When an answer came, in seconds from its request.
 *
 * @param firstToken when its first token was there
 * @param total when it had ended
 */
public record AnswerTiming(double firstToken, double total) {}
