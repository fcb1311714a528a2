/**
 * Which tokens and KV pairs stay: pure functions of plain arrays, no tensor library. This package holds the building
 * blocks (pooling, top-k, neighbours, budgets); the policies are in {@code prompt} and {@code cache}. Read {@link
 * io.speckv.selection.prompt.PromptPolicy} and {@link io.speckv.selection.cache.CachePolicy} first.
 */
@NullMarked
package io.speckv.selection;

import org.jspecify.annotations.NullMarked;
