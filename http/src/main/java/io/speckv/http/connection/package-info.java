/** One request and its response as bytes: bodies, limits, callers, failures. Knows none of the APIs. */
@NullMarked
package io.speckv.http.connection;

import org.jspecify.annotations.NullMarked;
