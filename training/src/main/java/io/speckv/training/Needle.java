package io.speckv.training;

/**
 * A key and its value, hidden in a sentence.
 *
 * @param tokens of the sentence
 */
@SuppressWarnings("ArrayRecordComponent") // Only read, never compared.
record Needle(String key, String value, int[] tokens) {}
