package io.speckv.engine.quant;

/** The numbers of a tensor by their index in the order of its rows, in whatever format they are stored. */
@FunctionalInterface
public interface StoredNumbers {
    /** Numbers that are all zero. */
    StoredNumbers ZERO = index -> 0;

    /** Returns the number of an index, from 0. */
    float at(int index);
}
