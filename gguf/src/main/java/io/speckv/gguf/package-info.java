/** GGUF files as llama.cpp writes them: their metadata, where their tensors lie, and the numbers of quantised ones. */
@NullMarked
package io.speckv.gguf;

import org.jspecify.annotations.NullMarked;
