/** Public requests as valid ones, the router's settings filling what they leave unset. */
@NullMarked
package io.speckv.router.request;

import org.jspecify.annotations.NullMarked;
