@NullMarked
package io.speckv.engine.quant;

import org.jspecify.annotations.NullMarked;
