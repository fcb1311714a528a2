/**
 * Turns text into tokens and back exactly as Hugging Face does, without a tensor library.
 *
 * <p>{@link io.speckv.text.Tokenizer} encodes and decodes, {@link io.speckv.text.chat.ChatEncoder} turns a conversation into a
 * prompt, {@link io.speckv.text.TokenStream} followed by {@link io.speckv.text.StopStrings} turns decoded tokens into
 * streamed text. Read {@code Tokenizer} first.
 */
@NullMarked
package io.speckv.text;

import org.jspecify.annotations.NullMarked;
