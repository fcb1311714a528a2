/** A running router as its command-line clients see it. Start with {@link io.speckv.cli.client.RouterClient}. */
@NullMarked
package io.speckv.cli.client;

import org.jspecify.annotations.NullMarked;
