/** The same benchmark on what a Java user would pick instead. */
@NullMarked
package io.speckv.bench.peers;

import org.jspecify.annotations.NullMarked;
