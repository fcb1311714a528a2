/** Writes checkpoints for llama.cpp, so that both engines run the same weights. */
@NullMarked
package io.speckv.bench.gguf;

import org.jspecify.annotations.NullMarked;
