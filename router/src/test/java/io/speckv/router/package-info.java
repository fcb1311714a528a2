@NullMarked
package io.speckv.router;

import org.jspecify.annotations.NullMarked;
