@NullMarked
package io.speckv.http.json;

import org.jspecify.annotations.NullMarked;
