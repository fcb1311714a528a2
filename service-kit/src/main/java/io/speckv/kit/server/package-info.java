/**
 * A gRPC server as a process (start, warm-up, health, TLS, tokens, drain), and the channels to such servers. Read
 * {@link io.speckv.kit.server.GrpcProcess} first.
 */
@NullMarked
package io.speckv.kit.server;

import org.jspecify.annotations.NullMarked;
