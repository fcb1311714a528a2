/** Draft, target and router in one process, speaking gRPC with each other all the same. */
@NullMarked
package io.speckv.cli.host;

import org.jspecify.annotations.NullMarked;
