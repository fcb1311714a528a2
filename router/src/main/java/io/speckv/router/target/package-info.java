/** Calls to the target: what the router asks, and what comes back. */
@NullMarked
package io.speckv.router.target;

import org.jspecify.annotations.NullMarked;
