/**
 * Speculative decoding in the router: passes the answer to the draft, and the drafted tokens to the target. Requests work
 * without it as well.
 */
@NullMarked
package io.speckv.router.speculation;

import org.jspecify.annotations.NullMarked;
