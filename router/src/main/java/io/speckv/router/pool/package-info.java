/** The servers behind the router: whether they can be asked, and what they say about themselves. */
@NullMarked
package io.speckv.router.pool;

import org.jspecify.annotations.NullMarked;
