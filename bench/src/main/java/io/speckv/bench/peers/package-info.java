/** Runs the engine's benchmark on other runtimes that a Java user might choose. */
@NullMarked
package io.speckv.bench.peers;

import org.jspecify.annotations.NullMarked;
