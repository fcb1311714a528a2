/** One HTTP request and its response as bytes: bodies, limits, callers, failures. Independent of the APIs. */
@NullMarked
package io.speckv.http.connection;

import org.jspecify.annotations.NullMarked;
