@NullMarked
package io.speckv.enginetarget;

import org.jspecify.annotations.NullMarked;
