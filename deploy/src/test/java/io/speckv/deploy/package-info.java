@NullMarked
package io.speckv.deploy;

import org.jspecify.annotations.NullMarked;
