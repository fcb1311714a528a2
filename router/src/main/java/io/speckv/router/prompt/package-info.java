/** A prompt's message as the target's tokens, and what of them is compressed together or stays. */
@NullMarked
package io.speckv.router.prompt;

import org.jspecify.annotations.NullMarked;
