/** The commands of {@code ./speckv}. Start with {@link io.speckv.cli.Main}. */
@NullMarked
package io.speckv.cli;

import org.jspecify.annotations.NullMarked;
