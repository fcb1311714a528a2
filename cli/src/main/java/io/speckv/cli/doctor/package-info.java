/** Checks whether this machine is right for speckv. Each finding says what to do about a problem. */
@NullMarked
package io.speckv.cli.doctor;

import org.jspecify.annotations.NullMarked;
