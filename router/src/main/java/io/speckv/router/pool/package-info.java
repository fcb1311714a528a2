/** The services behind the router: whether they can be asked, and how they describe themselves. */
@NullMarked
package io.speckv.router.pool;

import org.jspecify.annotations.NullMarked;
