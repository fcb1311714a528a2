/** Measures the cost of router and network around a draft and a target that compute nothing, or around another engine. */
@NullMarked
package io.speckv.bench.serving;

import org.jspecify.annotations.NullMarked;
