package io.speckv.engine.checkpoint;

import java.nio.file.Path;

/**
 * Where a tensor lies in a safetensors file. It may hold weights, or codes, indices and scales of quantised weights. Already
 * checked against the size of that file.
 *
 * @param name full name, such as {@code model.layers.0.mlp.up_proj.qweight}
 * @param dtype format of its numbers
 * @param shape sizes of its axes, outermost first; borrowed, do not change it
 * @param file weights file that holds it
 * @param offset first byte in the file
 * @param length bytes
 */
@SuppressWarnings("ArrayRecordComponent") // They are looked up by name and never compared.
record FileTensor(String name, Dtype dtype, long[] shape, Path file, long offset, long length) {}
