/** Turns the outcome of a request into messages for the client, metrics and a log line. */
@NullMarked
package io.speckv.router.reply;

import org.jspecify.annotations.NullMarked;
