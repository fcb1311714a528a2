/** Commands that run one service or all three. */
@NullMarked
package io.speckv.cli.serve;

import org.jspecify.annotations.NullMarked;
