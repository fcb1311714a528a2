/** Draft, target and router in one process. They still speak gRPC with each other. */
@NullMarked
package io.speckv.trio;

import org.jspecify.annotations.NullMarked;
