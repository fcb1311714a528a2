/**
 * The Jinja template language with Python's values, as chat templates use it. A template renders to the same characters as in
 * transformers, which uses Jinja2 in a sandbox.
 *
 * <p>Values are {@link java.lang.String}, {@link java.lang.Long} or {@link java.math.BigInteger}, {@link java.lang.Double},
 * {@link java.lang.Boolean}, {@code None}, lists, tuples, maps that keep their order, and objects that a template makes:
 * namespaces, macros, loops. As a key of a dict a whole float becomes the integer of the same value, and prints as that. Entry
 * point: {@code JinjaTemplate}.
 */
@NullMarked
package io.speckv.text.jinja;

import org.jspecify.annotations.NullMarked;
