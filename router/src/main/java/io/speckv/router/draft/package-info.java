/** The router and its drafts: what is asked, and what comes back. */
@NullMarked
package io.speckv.router.draft;

import org.jspecify.annotations.NullMarked;
