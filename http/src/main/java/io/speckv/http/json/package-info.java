/** Fields of JSON bodies, and errors that name them. */
@NullMarked
package io.speckv.http.json;

import org.jspecify.annotations.NullMarked;
