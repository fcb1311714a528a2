@NullMarked
package io.speckv.answers;

import org.jspecify.annotations.NullMarked;
