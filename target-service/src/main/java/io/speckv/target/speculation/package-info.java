/**
 * Speculative decoding in the target: the tokens that a draft speculates on while the target answers, for its decode steps
 * to verify. Everything else works without this package.
 */
@NullMarked
package io.speckv.target.speculation;

import org.jspecify.annotations.NullMarked;
