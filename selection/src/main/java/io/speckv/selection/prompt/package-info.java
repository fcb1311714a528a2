/** Which prompt tokens reach the target. Read {@link io.speckv.selection.prompt.PromptPolicy} first; every other policy file stands alone. */
@NullMarked
package io.speckv.selection.prompt;

import org.jspecify.annotations.NullMarked;
