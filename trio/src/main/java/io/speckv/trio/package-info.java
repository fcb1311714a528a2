/** Draft, target and router in one process, speaking gRPC with each other all the same. */
@NullMarked
package io.speckv.trio;

import org.jspecify.annotations.NullMarked;
