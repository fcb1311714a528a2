/**
 * Trains a small byte-level BPE vocabulary and writes it in Hugging Face layout.
 *
 * <p>No Java library trains one. The files written here are read by the usual tokenizers; {@link
 * io.speckv.training.bpe.BpeTrainer} is the class to read first.
 */
@NullMarked
package io.speckv.training.bpe;

import org.jspecify.annotations.NullMarked;
