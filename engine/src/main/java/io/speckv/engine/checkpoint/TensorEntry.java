package io.speckv.engine.checkpoint;

import java.nio.file.Path;

/**
 * Where one tensor lies in a weights file, already checked against the size of that file.
 *
 * @param name full name, such as {@code model.layers.0.mlp.up_proj.weight}
 * @param type number format; the format that numbers are computed in if they are not stored in one
 * @param shape sizes of its axes, outermost first; borrowed, do not change it
 * @param file weights file that holds it
 * @param offset first byte in the file; for computed numbers, whatever their source finds them by
 * @param length bytes, in the units of {@code offset}
 * @param isPlain whether the numbers lie in the file one after the other in their format
 */
@SuppressWarnings("ArrayRecordComponent") // Entries are looked up by name and never compared.
public record TensorEntry(
        String name, WeightType type, long[] shape, Path file, long offset, long length, boolean isPlain) {}
