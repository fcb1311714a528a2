package io.speckv.engine.quant;

/** The numbers of a tensor, in any format, by their index in the order of its rows. */
@FunctionalInterface
public interface StoredNumbers {
    /** Numbers that are all zero. */
    StoredNumbers ZERO = index -> 0;

    /** Returns the number at an index, from 0. */
    float at(int index);
}
