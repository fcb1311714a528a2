/** Chats as prompts: a model's template, and where each token of the prompt is from. */
@NullMarked
package io.speckv.text.chat;

import org.jspecify.annotations.NullMarked;
