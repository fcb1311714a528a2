package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the targets of assignments. */
final class TargetParser {
    private final TokenReader tokens;

    TargetParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    /** Parses a loop's targets, up to its {@code in}: names, perhaps in parentheses. */
    Target ofLoop() {
        if (tokens.isName("loop")) {
            throw tokens.failure("cannot assign to the special variable 'loop' in a loop");
        }
        return several("in", false);
    }

    /** Parses the targets of an assignment: names and attributes, up to "=" or the end of the statement. */
    Target ofAssignment() {
        return several(null, true);
    }

    /** Parses one target of a {@code with}: a name, or several in parentheses. */
    Target ofWith() {
        return one(false);
    }

    private Target several(@Nullable String end, boolean attributes) {
        List<Target> targets = new ArrayList<>();
        boolean several = false;
        do {
            if (tokens.isOperator("=") || tokens.is(Kind.BLOCK_END) || (end != null && tokens.isName(end))) {
                break;
            }
            targets.add(one(attributes));
            several |= tokens.isOperator(",");
        } while (tokens.skipOperator(","));
        if (targets.isEmpty()) {
            throw tokens.unexpected("a name");
        }
        return several ? Target.several(targets) : targets.get(0);
    }

    private Target one(boolean attributes) {
        if (tokens.skipOperator("(")) {
            Target inner = several(null, attributes);
            tokens.expectOperator(")");
            return inner;
        }
        if (OperandParser.CONSTANTS.contains(tokens.peek().text()) && tokens.is(Kind.NAME)) {
            throw tokens.failure("cannot assign to '" + tokens.peek().text() + "'");
        }
        String name = tokens.expectName();
        if (attributes && tokens.skipOperator(".")) {
            return Target.attribute(name, tokens.expectName());
        }
        return Target.name(name);
    }
}
