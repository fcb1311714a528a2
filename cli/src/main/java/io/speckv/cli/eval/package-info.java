/** Commands that measure the loss of methods. */
@NullMarked
package io.speckv.cli.eval;

import org.jspecify.annotations.NullMarked;
