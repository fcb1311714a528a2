package io.speckv.text.jinja;

/**
 * A statement that errors name the line of.
 *
 * @param line where it begins, from 1
 */
record Placed(int line, Statement statement) implements Statement {
    @Override
    public Flow run(Scope scope, Output out) {
        try {
            return statement.run(scope, out);
        } catch (JinjaException e) {
            throw e.in(line);
        }
    }
}
