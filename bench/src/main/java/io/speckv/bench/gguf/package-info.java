/** Checkpoints as llama.cpp reads them, to compare the same weights. */
@NullMarked
package io.speckv.bench.gguf;

import org.jspecify.annotations.NullMarked;
