@NullMarked
package io.speckv.text;

import org.jspecify.annotations.NullMarked;
