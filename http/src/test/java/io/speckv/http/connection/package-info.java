@NullMarked
package io.speckv.http.connection;

import org.jspecify.annotations.NullMarked;
