@NullMarked
package io.speckv.http;

import org.jspecify.annotations.NullMarked;
