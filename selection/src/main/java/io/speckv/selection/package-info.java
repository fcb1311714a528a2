/** Which tokens and KV pairs stay: pure functions of plain arrays, no tensor library. */
@NullMarked
package io.speckv.selection;

import org.jspecify.annotations.NullMarked;
