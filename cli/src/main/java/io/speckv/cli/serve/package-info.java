/** Commands that run the services, one or all three. */
@NullMarked
package io.speckv.cli.serve;

import org.jspecify.annotations.NullMarked;
