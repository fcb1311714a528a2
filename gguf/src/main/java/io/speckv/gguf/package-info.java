/** GGUF files as llama.cpp writes them: their metadata, the places of their tensors, and the numbers of quantised tensors. */
@NullMarked
package io.speckv.gguf;

import org.jspecify.annotations.NullMarked;
