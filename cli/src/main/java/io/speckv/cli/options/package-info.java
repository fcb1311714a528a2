/** Groups of options that several commands share, and their values. */
@NullMarked
package io.speckv.cli.options;

import org.jspecify.annotations.NullMarked;
