package io.speckv.text.jinja;

/** Something that a template calls: a macro, a method, a global function. */
@FunctionalInterface
interface Callable {
    Object call(Arguments arguments);
}
