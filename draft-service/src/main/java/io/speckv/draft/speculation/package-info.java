/**
 * Speculative decoding in the draft: after its analysis a draft goes on drafting while the target answers. Read
 * {@link io.speckv.draft.speculation.SpeculativeDraft}. Everything else works without this package.
 */
@NullMarked
package io.speckv.draft.speculation;

import org.jspecify.annotations.NullMarked;
