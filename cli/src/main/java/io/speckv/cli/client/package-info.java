/** Access to a running router for the client commands. Start with {@link io.speckv.cli.client.RouterClient}. */
@NullMarked
package io.speckv.cli.client;

import org.jspecify.annotations.NullMarked;
