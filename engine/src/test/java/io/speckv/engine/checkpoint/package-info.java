@NullMarked
package io.speckv.engine.checkpoint;

import org.jspecify.annotations.NullMarked;
