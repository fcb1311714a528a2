/** Calls to the draft: what the router asks, and what comes back. */
@NullMarked
package io.speckv.router.draft;

import org.jspecify.annotations.NullMarked;
