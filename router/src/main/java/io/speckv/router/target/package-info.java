/** The router and its targets: what is asked, and what comes back. */
@NullMarked
package io.speckv.router.target;

import org.jspecify.annotations.NullMarked;
