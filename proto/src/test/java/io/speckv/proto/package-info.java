/** Guards of the wire: style and compatibility of the protocol files. */
@NullMarked
package io.speckv.proto;

import org.jspecify.annotations.NullMarked;
