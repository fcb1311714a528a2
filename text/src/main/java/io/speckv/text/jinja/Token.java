package io.speckv.text.jinja;

/**
 * A token of a template.
 *
 * @param text of a name, operator or text; the value of a string
 * @param line where it begins, from 1
 */
record Token(Kind kind, String text, int line) {
    enum Kind {
        TEXT,
        BLOCK_BEGIN,
        BLOCK_END,
        VARIABLE_BEGIN,
        VARIABLE_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    String described() {
        return kind == Kind.END ? "the end of the template" : "'" + text + "'";
    }
}
