@NullMarked
package io.speckv.cascade;

import org.jspecify.annotations.NullMarked;
