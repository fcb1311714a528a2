package io.speckv.text.jinja;

/**
 * The value of a missing name, key or attribute. It prints and iterates as empty, is false, and is an error anywhere else.
 *
 * @param hint what is missing, for the error
 */
record Undefined(String hint) {
    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    JinjaException failure() {
        return new JinjaException(hint);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
        return 1;
    }
}
