/** Methods by name: a prompt policy paired with a cache policy, built from settings. Read {@link io.speckv.selection.method.Methods} first. */
@NullMarked
package io.speckv.selection.method;

import org.jspecify.annotations.NullMarked;
