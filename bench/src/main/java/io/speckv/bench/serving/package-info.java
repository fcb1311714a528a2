/** What the router and the wire cost, measured around a draft and a target that compute nothing. */
@NullMarked
package io.speckv.bench.serving;

import org.jspecify.annotations.NullMarked;
