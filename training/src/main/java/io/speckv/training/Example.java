package io.speckv.training;

/**
 * One training sequence.
 *
 * @param tokens ids
 * @param weights of each token as a token to predict
 * @param answers whether each token is part of an answer; these tokens decide whether the sequence was recalled
 */
@SuppressWarnings("ArrayRecordComponent") // Only handed over, never compared.
record Example(int[] tokens, float[] weights, boolean[] answers) {}
