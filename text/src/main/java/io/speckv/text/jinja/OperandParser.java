package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses the operands of operators: names, constants, lists, and the attributes, calls, filters and tests that follow them. */
final class OperandParser {
    static final Set<String> CONSTANTS = Set.of("true", "True", "false", "False", "none", "None");

    private final TokenReader tokens;
    private final ExpressionParser expressions;

    OperandParser(TokenReader tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME -> name(token.text());
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.is(Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                yield constant(text.toString());
            }
            case INTEGER -> constant(integer(token.text().replace("_", "")));
            case FLOAT -> constant(Double.parseDouble(token.text().replace("_", "")));
            default -> bracketed(token);
        };
    }

    private Expression bracketed(Token token) {
        if (token.is(Kind.OPERATOR, "(")) {
            Expression inner = expressions.tuple(true, null, true);
            tokens.expectOperator(")");
            return inner;
        }
        if (token.is(Kind.OPERATOR, "[")) {
            return list();
        }
        if (token.is(Kind.OPERATOR, "{")) {
            return dict();
        }
        throw JinjaException.at(token.line(), "expected an expression, found " + token.described());
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> constant(true);
            case "false", "False" -> constant(false);
            case "none", "None" -> constant(None.NONE);
            default -> scope -> scope.get(name);
        };
    }

    private static Expression constant(Object value) {
        return scope -> value;
    }

    private static Object integer(String digits) {
        String lower = digits.toLowerCase(java.util.Locale.ROOT);
        int base = lower.startsWith("0x") ? 16 : lower.startsWith("0o") ? 8 : lower.startsWith("0b") ? 2 : 10;
        return PythonNumber.integer(new BigInteger(base == 10 ? digits : digits.substring(2), base));
    }

    private Expression list() {
        List<Expression> elements = new ArrayList<>();
        while (!tokens.isOperator("]")) {
            elements.add(expressions.expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("]");
        return scope -> all(elements, scope);
    }

    private Expression dict() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.isOperator("}")) {
            keys.add(expressions.expression());
            tokens.expectOperator(":");
            values.add(expressions.expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("}");
        return scope -> {
            Map<Object, Object> dict = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                DictKeys.put(dict, keys.get(i).evaluate(scope), values.get(i).evaluate(scope));
            }
            return dict;
        };
    }

    static List<Object> all(List<Expression> elements, Scope scope) {
        List<Object> values = new ArrayList<>(elements.size());
        elements.forEach(element -> values.add(element.evaluate(scope)));
        return values;
    }

    Expression postfix(Expression value) {
        Expression whole = value;
        while (true) {
            if (tokens.skipOperator(".")) {
                whole = attribute(whole);
            } else if (tokens.skipOperator("[")) {
                whole = subscript(whole);
            } else if (tokens.isOperator("(")) {
                whole = call(whole, arguments());
            } else {
                return whole;
            }
        }
    }

    private Expression attribute(Expression value) {
        if (tokens.is(Kind.INTEGER)) {
            Object index = integer(tokens.next().text());
            return scope -> Lookup.item(value.evaluate(scope), index);
        }
        String name = tokens.expectName();
        return scope -> Lookup.attribute(value.evaluate(scope), name);
    }

    private Expression subscript(Expression value) {
        List<Expression> indices = new ArrayList<>();
        Expression index = index();
        while (tokens.skipOperator(",")) {
            indices.add(index);
            index = index();
        }
        tokens.expectOperator("]");
        if (!indices.isEmpty()) {
            indices.add(index);
            return scope -> Lookup.item(value.evaluate(scope), new Tuple(all(indices, scope)));
        }
        Expression only = index;
        return scope -> {
            Object container = value.evaluate(scope);
            Object at = only.evaluate(scope);
            return at instanceof SliceBounds bounds
                    ? Operators.slice(container, bounds.start, bounds.stop, bounds.step)
                    : Lookup.item(container, at);
        };
    }

    private record SliceBounds(
            @Nullable Object start,
            @Nullable Object stop,
            @Nullable Object step) {}

    private Expression index() {
        Expression start = tokens.isOperator(":") ? null : expressions.expression();
        if (start != null && !tokens.isOperator(":")) {
            return start;
        }
        tokens.expectOperator(":");
        Expression stop = tokens.isOperator(":") || tokens.isOperator("]") ? null : expressions.expression();
        Expression step = tokens.skipOperator(":") && !tokens.isOperator("]") ? expressions.expression() : null;
        return scope -> new SliceBounds(bound(start, scope), bound(stop, scope), bound(step, scope));
    }

    private static @Nullable Object bound(@Nullable Expression bound, Scope scope) {
        return bound == null ? null : bound.evaluate(scope);
    }

    private static Expression call(Expression callee, ArgumentList arguments) {
        return scope -> {
            Object called = callee.evaluate(scope);
            scope.work().enter();
            Object result = Values.call(called, arguments.evaluate(scope));
            scope.work().leave();
            return result;
        };
    }

    ArgumentList arguments() {
        return ArgumentList.parse(tokens, expressions);
    }

    /**
     * A call as it is written.
     *
     * @param callee what is called, the values of its own calls included
     */
    record WrittenCall(Expression callee, ArgumentList arguments) {}

    /** Parses an expression that ends in a call, and returns that call. */
    WrittenCall writtenCall() {
        Expression callee = primary();
        while (true) {
            if (tokens.skipOperator(".")) {
                callee = attribute(callee);
            } else if (tokens.skipOperator("[")) {
                callee = subscript(callee);
            } else {
                ArgumentList arguments = arguments();
                if (!tokens.isOperator(".") && !tokens.isOperator("[") && !tokens.isOperator("(")) {
                    return new WrittenCall(callee, arguments);
                }
                callee = call(callee, arguments);
            }
        }
    }

    Expression filtered(Expression value) {
        Expression whole = value;
        while (true) {
            if (tokens.isOperator("|")) {
                whole = filters(whole);
            } else if (tokens.skipName("is")) {
                whole = test(whole);
            } else if (tokens.isOperator("(")) {
                whole = call(whole, arguments());
            } else {
                return whole;
            }
        }
    }

    /** Parses any number of {@code | name(...)}. */
    Expression filters(Expression value) {
        Expression whole = value;
        while (tokens.skipOperator("|")) {
            whole = filter(whole);
        }
        return whole;
    }

    /** Parses a filter from its name on. */
    Expression filter(Expression value) {
        String name = dotted();
        ArgumentList arguments = tokens.isOperator("(") ? arguments() : ArgumentList.NONE;
        return scope -> {
            Filters.Filter filter = Filters.named(name);
            scope.work().step();
            return filter.apply(value.evaluate(scope), arguments.evaluate(scope), scope.work());
        };
    }

    private Expression test(Expression value) {
        boolean negated = tokens.skipName("not");
        String name = dotted();
        ArgumentList arguments = ArgumentList.NONE;
        if (tokens.isOperator("(")) {
            arguments = arguments();
        } else if (beginsArgument()) {
            if (tokens.isName("is")) {
                throw tokens.failure("You cannot chain multiple tests with is");
            }
            arguments = new ArgumentList(List.of(postfix(primary())), Map.of(), null, null);
        }
        ArgumentList given = arguments;
        return scope -> Tests.named(name).test(value.evaluate(scope), given.evaluate(scope)) != negated;
    }

    private boolean beginsArgument() {
        return switch (tokens.peek().kind()) {
            case NAME -> !tokens.isName("else") && !tokens.isName("or") && !tokens.isName("and");
            case STRING, INTEGER, FLOAT -> true;
            default -> tokens.isOperator("[") || tokens.isOperator("{");
        };
    }

    private String dotted() {
        StringBuilder name = new StringBuilder(tokens.expectName());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expectName());
        }
        return name.toString();
    }
}
