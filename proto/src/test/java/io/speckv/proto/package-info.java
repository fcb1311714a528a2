/** Guards of the wire: style and compatibility of the protocol files; and clients of it, for those who serve them. */
@NullMarked
package io.speckv.proto;

import org.jspecify.annotations.NullMarked;
