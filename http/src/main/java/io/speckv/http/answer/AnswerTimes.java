package io.speckv.http.answer;

import java.time.Duration;

/**
 * The times of an answer.
 *
 * @param created seconds since 1970
 * @param keepAlive longest silence of a stream
 */
public record AnswerTimes(long created, Duration keepAlive) {}
