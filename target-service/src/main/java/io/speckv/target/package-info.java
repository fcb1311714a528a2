/**
 * The target service: prefills kept prompt tokens, drops KV pairs and generates, many requests at once. Read {@link
 * io.speckv.target.TargetServer} first, which wires the parts, then {@link io.speckv.target.GenerationScheduler},
 * which takes requests in, and {@link io.speckv.target.GenerationRun}, one of them.
 */
@NullMarked
package io.speckv.target;

import org.jspecify.annotations.NullMarked;
