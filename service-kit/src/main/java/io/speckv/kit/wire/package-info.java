/** Translations between messages and plain values that several services need. */
@NullMarked
package io.speckv.kit.wire;

import org.jspecify.annotations.NullMarked;
