package io.speckv.text.jinja;

import org.jspecify.annotations.Nullable;

/** An object of the template engine that templates look into: a loop, a macro, a group. */
interface Attributes {
    /** Returns an attribute, or null if there is none of this name. */
    @Nullable
    Object attribute(String name);
}
