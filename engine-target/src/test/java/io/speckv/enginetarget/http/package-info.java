@NullMarked
package io.speckv.enginetarget.http;

import org.jspecify.annotations.NullMarked;
