/**
 * Methods by name. A method pairs a prompt policy with a cache policy, and is built from settings. Read
 * {@link io.speckv.selection.method.Methods} first.
 */
@NullMarked
package io.speckv.selection.method;

import org.jspecify.annotations.NullMarked;
