/** Runs a valid request from its place in the queue to its last token. */
@NullMarked
package io.speckv.router.run;

import org.jspecify.annotations.NullMarked;
