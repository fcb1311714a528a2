package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call as they are written. */
record ArgumentList(
        List<Expression> positional,
        Map<String, Expression> named,
        @Nullable Expression spread,
        @Nullable Expression spreadNamed) {
    static final ArgumentList NONE = new ArgumentList(List.of(), Map.of(), null, null);

    /** Parses "(a, b=1, *rest, **more)". */
    static ArgumentList parse(TokenReader tokens, ExpressionParser expressions) {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        Expression spread = null;
        Expression spreadNamed = null;
        while (!tokens.isOperator(")")) {
            boolean last = spreadNamed != null;
            if (tokens.skipOperator("**")) {
                requireOrder(!last, tokens);
                spreadNamed = expressions.expression();
            } else if (tokens.skipOperator("*")) {
                requireOrder(!last && spread == null, tokens);
                spread = expressions.expression();
            } else if (tokens.is(Kind.NAME) && tokens.peekBehind().is(Kind.OPERATOR, "=")) {
                requireOrder(!last, tokens);
                String name = tokens.expectName();
                tokens.next();
                if (named.put(name, expressions.expression()) != null) {
                    throw tokens.failure("the argument '" + name + "' is given twice");
                }
            } else {
                requireOrder(!last && spread == null && named.isEmpty(), tokens);
                positional.add(expressions.expression());
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new ArgumentList(positional, named, spread, spreadNamed);
    }

    private static void requireOrder(boolean inOrder, TokenReader tokens) {
        if (!inOrder) {
            throw tokens.failure(
                    "invalid syntax for function call expression: arguments come in the order 1, a=2, *rest,"
                            + " **more, and each of the last two once");
        }
    }

    Arguments evaluate(Scope scope) {
        List<Object> values = OperandParser.all(positional, scope);
        if (spread != null) {
            values.addAll(Values.list(spread.evaluate(scope)));
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
        if (spreadNamed != null) {
            spreadNamed(spreadNamed.evaluate(scope), byName);
        }
        return new Arguments(values, byName);
    }

    private static void spreadNamed(Object value, Map<String, Object> byName) {
        Values.requireDefined(value);
        if (!(value instanceof Map<?, ?> more)) {
            throw new JinjaException("what stands behind ** is a mapping, not " + Values.typeName(value));
        }
        more.forEach((name, argument) -> {
            if (byName.put(Values.requireText(name), argument) != null) {
                throw new JinjaException("the argument '" + name + "' is given twice");
            }
        });
    }
}
