/** A real server on loopback with a scripted service, for the tests of every package. */
@NullMarked
package io.speckv.kit;

import org.jspecify.annotations.NullMarked;
