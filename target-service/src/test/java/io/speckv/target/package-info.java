@NullMarked
package io.speckv.target;

import org.jspecify.annotations.NullMarked;
