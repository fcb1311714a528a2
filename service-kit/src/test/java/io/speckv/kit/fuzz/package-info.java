/** What nobody would send on purpose, and what a service may answer to it. */
@NullMarked
package io.speckv.kit.fuzz;

import org.jspecify.annotations.NullMarked;
