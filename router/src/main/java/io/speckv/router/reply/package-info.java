/** What comes of a request, as messages for the client, metrics and a line of the log. */
@NullMarked
package io.speckv.router.reply;

import org.jspecify.annotations.NullMarked;
