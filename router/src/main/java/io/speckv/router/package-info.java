/**
 * The router: the public API in front of drafts and targets. Read {@link io.speckv.router.RouterServer} first, which
 * wires the parts, then {@link io.speckv.router.RequestRun}, which performs what {@link io.speckv.cascade.CascadeRun} decides
 * for one request.
 */
@NullMarked
package io.speckv.router;

import org.jspecify.annotations.NullMarked;
