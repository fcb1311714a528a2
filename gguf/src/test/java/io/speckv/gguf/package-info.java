@NullMarked
package io.speckv.gguf;

import org.jspecify.annotations.NullMarked;
