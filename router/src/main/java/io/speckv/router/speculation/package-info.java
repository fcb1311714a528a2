/**
 * Speculative decoding in the router: passes the answer to the draft, and to the target what the draft speculates on. Everything
 * else works as well without it.
 */
@NullMarked
package io.speckv.router.speculation;

import org.jspecify.annotations.NullMarked;
