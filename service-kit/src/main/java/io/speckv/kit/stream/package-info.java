/** Server streams with bounded memory, whatever the client does. Read {@link io.speckv.kit.stream.StreamWriter}. */
@NullMarked
package io.speckv.kit.stream;

import org.jspecify.annotations.NullMarked;
