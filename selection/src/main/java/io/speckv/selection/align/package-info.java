/** Scores carried between two tokenizations of one text. Read {@link io.speckv.selection.align.SpanAlignment}. */
@NullMarked
package io.speckv.selection.align;

import org.jspecify.annotations.NullMarked;
