/** Turns a prompt's message into the target's tokens, and finds which of them are compressed together and which stay. */
@NullMarked
package io.speckv.router.prompt;

import org.jspecify.annotations.NullMarked;
