/**
 * The router: the public API in front of drafts and targets. Start reading at {@link io.speckv.router.RouterServer}, which
 * connects the parts. Then read {@link io.speckv.router.run.RequestRun}, which performs what
 * {@link io.speckv.cascade.CascadeRun} decides for one request.
 *
 * <p>A request passes the packages in this order: {@code model} chooses who answers it, {@code prompt} and {@code request} read
 * it, {@code run} gets the answer, {@code reply} tells the client. A run asks {@code pool}, {@code draft} and {@code target}.
 */
@NullMarked
package io.speckv.router;

import org.jspecify.annotations.NullMarked;
