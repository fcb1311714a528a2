/** Reads fields of JSON bodies, and makes errors that name them. */
@NullMarked
package io.speckv.http.json;

import org.jspecify.annotations.NullMarked;
