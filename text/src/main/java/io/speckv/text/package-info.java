/**
 * Turns text into tokens and back exactly as Hugging Face does, without a tensor library.
 *
 * <p>Read {@link io.speckv.text.Tokenizer} first, which encodes and decodes. {@link io.speckv.text.chat.ChatEncoder} turns a
 * conversation into a prompt. {@link io.speckv.text.TokenStream}, followed by {@link io.speckv.text.StopStrings}, turns tokens
 * into streamed text.
 */
@NullMarked
package io.speckv.text;

import org.jspecify.annotations.NullMarked;
