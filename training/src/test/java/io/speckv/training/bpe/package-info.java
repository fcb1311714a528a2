/** Tests of the BPE trainer against a plain reading of the rules and against Hugging Face's tokenizer. */
@NullMarked
package io.speckv.training.bpe;

import org.jspecify.annotations.NullMarked;
