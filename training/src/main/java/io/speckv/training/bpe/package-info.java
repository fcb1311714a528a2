/**
 * Trains a small byte-level BPE vocabulary and writes it in Hugging Face layout.
 *
 * <p>No Java library can train one. The usual tokenizers read the files written here.
 * {@link io.speckv.training.bpe.BpeTrainer} is the class to read first.
 */
@NullMarked
package io.speckv.training.bpe;

import org.jspecify.annotations.NullMarked;
