package io.speckv.text.jinja;

import java.util.List;

/** A parsed statement, or text between statements. */
@FunctionalInterface
interface Statement {
    /** What happens after a statement in a loop's body. */
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    Flow run(Scope scope, Output out);

    /** Runs statements in order until one leaves a loop's body. */
    static Flow runAll(List<Statement> statements, Scope scope, Output out) {
        for (Statement statement : statements) {
            Flow flow = statement.run(scope, out);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    /** Returns the text that statements write. */
    static String textOf(List<Statement> statements, Scope scope) {
        Output out = new Output();
        var unused = runAll(statements, scope, out);
        return out.text();
    }
}
