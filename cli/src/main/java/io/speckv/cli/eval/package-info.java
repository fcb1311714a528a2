/** Commands that measure what a method loses. */
@NullMarked
package io.speckv.cli.eval;

import org.jspecify.annotations.NullMarked;
