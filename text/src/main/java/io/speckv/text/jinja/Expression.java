package io.speckv.text.jinja;

/** A parsed expression. */
@FunctionalInterface
interface Expression {
    Object evaluate(Scope scope);
}
