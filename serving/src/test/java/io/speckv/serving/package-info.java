@NullMarked
package io.speckv.serving;

import org.jspecify.annotations.NullMarked;
