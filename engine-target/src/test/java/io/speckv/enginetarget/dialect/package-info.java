@NullMarked
package io.speckv.enginetarget.dialect;

import org.jspecify.annotations.NullMarked;
