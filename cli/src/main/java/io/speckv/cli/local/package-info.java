/** Models that a command opens in this process. */
@NullMarked
package io.speckv.cli.local;

import org.jspecify.annotations.NullMarked;
