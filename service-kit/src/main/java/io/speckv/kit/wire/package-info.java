/** Translations between messages and plain values that more than one service needs. */
@NullMarked
package io.speckv.kit.wire;

import org.jspecify.annotations.NullMarked;
