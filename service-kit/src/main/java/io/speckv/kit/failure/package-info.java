/**
 * The one mapping from failures to gRPC status with google.rpc details, and back. Read
 * {@link io.speckv.kit.failure.FailureCode} first, and then {@link io.speckv.kit.failure.Failures}.
 */
@NullMarked
package io.speckv.kit.failure;

import org.jspecify.annotations.NullMarked;
