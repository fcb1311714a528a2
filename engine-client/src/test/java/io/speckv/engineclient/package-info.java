@NullMarked
package io.speckv.engineclient;

import org.jspecify.annotations.NullMarked;
