/** Groups of options that several commands share, and what they mean. */
@NullMarked
package io.speckv.cli.options;

import org.jspecify.annotations.NullMarked;
