/** Images of the three services, built without a container engine. */
@NullMarked
package io.speckv.deploy;

import org.jspecify.annotations.NullMarked;
