package io.speckv.text.jinja;

/**
 * What a name, key or attribute that is not there stands for: empty when printed or iterated, false, and an error in
 * anything else.
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
