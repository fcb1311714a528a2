/** Commands that measure speed and memory. */
@NullMarked
package io.speckv.cli.bench;

import org.jspecify.annotations.NullMarked;
