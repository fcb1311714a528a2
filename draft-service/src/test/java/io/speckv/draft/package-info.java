@NullMarked
package io.speckv.draft;

import org.jspecify.annotations.NullMarked;
