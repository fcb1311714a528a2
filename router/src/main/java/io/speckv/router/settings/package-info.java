/** The router's settings: read from files, environment and flags, and checked at the start. */
@NullMarked
package io.speckv.router.settings;

import org.jspecify.annotations.NullMarked;
