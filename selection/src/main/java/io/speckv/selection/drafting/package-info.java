/** Lookahead without a draft model. Read {@link io.speckv.selection.drafting.NgramDrafter}. */
@NullMarked
package io.speckv.selection.drafting;

import org.jspecify.annotations.NullMarked;
