/**
 * A gRPC server as a process: start, warm-up, health, TLS, tokens, drain; and the channels that lead to one. Read {@link
 * io.speckv.kit.server.GrpcProcess} first.
 */
@NullMarked
package io.speckv.kit.server;

import org.jspecify.annotations.NullMarked;
