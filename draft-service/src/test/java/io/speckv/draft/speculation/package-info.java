@NullMarked
package io.speckv.draft.speculation;

import org.jspecify.annotations.NullMarked;
