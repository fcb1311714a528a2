/**
 * What each kind of engine is asked, and what its answers mean. Read {@link io.speckv.enginetarget.dialect.Dialect} first; one
 * class for each kind stands beside it. Nothing here waits, counts or logs.
 */
@NullMarked
package io.speckv.enginetarget.dialect;

import org.jspecify.annotations.NullMarked;
