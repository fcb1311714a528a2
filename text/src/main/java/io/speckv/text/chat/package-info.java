/** Turns chats into prompts: a model's template, and the origin of each token of the prompt. */
@NullMarked
package io.speckv.text.chat;

import org.jspecify.annotations.NullMarked;
