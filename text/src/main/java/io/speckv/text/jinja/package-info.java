/**
 * The Jinja template language with Python's values, as chat templates use it: what transformers renders with Jinja2 in a
 * sandbox, this renders to the same characters.
 *
 * <p>Values are {@link java.lang.String}, {@link java.lang.Long} or {@link java.math.BigInteger}, {@link java.lang.Double},
 * {@link java.lang.Boolean}, {@code None}, lists, tuples, maps that keep their order, and what a template makes itself:
 * namespaces, macros, loops. As a key of a dict a whole float is the integer that it equals, and prints as that. {@code JinjaTemplate} is the way in.
 */
@NullMarked
package io.speckv.text.jinja;

import org.jspecify.annotations.NullMarked;
