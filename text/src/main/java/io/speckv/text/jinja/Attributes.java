package io.speckv.text.jinja;

import org.jspecify.annotations.Nullable;

/** An object of the template engine with attributes: a loop, a macro, a group. */
interface Attributes {
    /** Returns an attribute, or null if it has none of this name. */
    @Nullable
    Object attribute(String name);
}
