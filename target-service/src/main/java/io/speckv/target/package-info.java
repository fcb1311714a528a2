/**
 * The target service: prefills kept prompt tokens, drops KV pairs and generates, many requests at once. Read
 * {@link io.speckv.target.TargetServer} first, which wires the parts. Then read
 * {@link io.speckv.target.GenerationScheduler}, which takes requests, and {@link io.speckv.target.GenerationRun}, which is
 * one request.
 */
@NullMarked
package io.speckv.target;

import org.jspecify.annotations.NullMarked;
