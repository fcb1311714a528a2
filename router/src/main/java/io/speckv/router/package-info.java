/**
 * The router: the public API in front of drafts and targets. Read {@link io.speckv.router.RouterServer} first, which
 * wires the parts, then {@link io.speckv.router.run.RequestRun}, which performs what
 * {@link io.speckv.cascade.CascadeRun} decides for one request.
 *
 * <p>A request passes the packages in this order: {@code model} chooses who answers it, {@code prompt} and
 * {@code request} read it, {@code run} has it answered, {@code reply} tells the client. {@code pool}, {@code draft} and
 * {@code target} are what a run asks.
 */
@NullMarked
package io.speckv.router;

import org.jspecify.annotations.NullMarked;
