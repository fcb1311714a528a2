/**
 * How to call each kind of engine, and how to read its answers. Read {@link io.speckv.enginetarget.dialect.Dialect} first; each
 * kind has one class beside it. Nothing here waits, counts or logs.
 */
@NullMarked
package io.speckv.enginetarget.dialect;

import org.jspecify.annotations.NullMarked;
