@NullMarked
package io.speckv.http.upstream;

import org.jspecify.annotations.NullMarked;
