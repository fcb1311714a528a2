/** What this machine is, and whether it is right for speckv; each line says what to do where it is not. */
@NullMarked
package io.speckv.cli.doctor;

import org.jspecify.annotations.NullMarked;
