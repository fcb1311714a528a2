@NullMarked
package io.speckv.http.request;

import org.jspecify.annotations.NullMarked;
