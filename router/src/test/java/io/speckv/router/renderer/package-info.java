@NullMarked
package io.speckv.router.renderer;

import org.jspecify.annotations.NullMarked;
