/**
 * The draft service: a small model that scores long prompts and guesses how their answers begin. Read
 * {@link io.speckv.draft.DraftServer} first, which wires the parts. Then read {@link io.speckv.draft.DraftService}.
 */
@NullMarked
package io.speckv.draft;

import org.jspecify.annotations.NullMarked;
