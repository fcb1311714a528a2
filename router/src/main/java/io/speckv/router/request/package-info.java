/** Turns public requests into valid ones; the router's settings fill unset fields. */
@NullMarked
package io.speckv.router.request;

import org.jspecify.annotations.NullMarked;
