/** Images of the three services and an archive of the command line, built without a container engine. */
@NullMarked
package io.speckv.deploy;

import org.jspecify.annotations.NullMarked;
