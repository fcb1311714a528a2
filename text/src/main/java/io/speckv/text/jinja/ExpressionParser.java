package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses expressions by Jinja's grammar into what evaluates them. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<Kind> ENDS = Set.of(Kind.VARIABLE_END, Kind.BLOCK_END, Kind.END);
    private static final int DEPTH_MOST = 300;

    private final TokenReader tokens;
    private int depth;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    Expression expression() {
        if (++depth > DEPTH_MOST) {
            throw tokens.failure("expressions are nested more than " + DEPTH_MOST + " deep");
        }
        Expression chosen = or();
        while (tokens.skipName("if")) {
            Expression value = chosen;
            Expression condition = or();
            Expression otherwise = tokens.skipName("else")
                    ? expression()
                    : scope -> new Undefined(
                            "the inline if-expression evaluated to false and no else section was defined.");
            chosen = scope ->
                    Values.truth(condition.evaluate(scope)) ? value.evaluate(scope) : otherwise.evaluate(scope);
        }
        depth--;
        return chosen;
    }

    /** Parses an expression, or several with commas between, which are a tuple. */
    Expression tuple(boolean conditional, @Nullable String endName) {
        return tuple(conditional, endName, false);
    }

    private Expression tuple(boolean conditional, @Nullable String endName, boolean parenthesized) {
        List<Expression> elements = new ArrayList<>();
        boolean isTuple = false;
        while (!tupleEnds(endName)) {
            elements.add(conditional ? expression() : or());
            if (!tokens.isOperator(",")) {
                break;
            }
            isTuple = true;
            tokens.next();
        }
        if (!isTuple) {
            if (!elements.isEmpty()) {
                return elements.get(0);
            }
            if (!parenthesized) {
                throw tokens.unexpected("an expression");
            }
        }
        return scope -> new Tuple(all(elements, scope));
    }

    private boolean tupleEnds(@Nullable String endName) {
        return ENDS.contains(tokens.peek().kind())
                || tokens.isOperator(")")
                || (endName != null && tokens.isName(endName));
    }

    private Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            Expression first = left;
            Expression second = and();
            left = scope -> {
                Object value = first.evaluate(scope);
                return Values.truth(value) ? value : second.evaluate(scope);
            };
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            Expression first = left;
            Expression second = not();
            left = scope -> {
                Object value = first.evaluate(scope);
                return Values.truth(value) ? second.evaluate(scope) : value;
            };
        }
        return left;
    }

    private Expression not() {
        if (tokens.skipName("not")) {
            Expression value = not();
            return scope -> !Values.truth(value.evaluate(scope));
        }
        return comparison();
    }

    /** One step of a chain such as {@code 1 < x <= 3}. */
    private record Comparison(String sign, Expression right) {}

    private Expression comparison() {
        Expression first = sum();
        List<Comparison> chain = new ArrayList<>();
        while (true) {
            if (tokens.is(Kind.OPERATOR) && COMPARISONS.contains(tokens.peek().text())) {
                chain.add(new Comparison(tokens.next().text(), sum()));
            } else if (tokens.skipName("in")) {
                chain.add(new Comparison("in", sum()));
            } else if (tokens.isName("not") && tokens.peekBehind().is(Kind.NAME, "in")) {
                tokens.next();
                tokens.next();
                chain.add(new Comparison("not in", sum()));
            } else {
                break;
            }
        }
        if (chain.isEmpty()) {
            return first;
        }
        return scope -> {
            Object left = first.evaluate(scope);
            for (Comparison comparison : chain) {
                Object right = comparison.right.evaluate(scope);
                if (!holds(left, comparison.sign, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private static boolean holds(Object left, String sign, Object right) {
        return switch (sign) {
            case "==" -> Values.same(left, right);
            case "!=" -> !Values.same(left, right);
            case "in" -> Values.contains(right, left);
            case "not in" -> !Values.contains(right, left);
            case "<" -> Values.compare(left, right, sign) < 0;
            case "<=" -> Values.compare(left, right, sign) <= 0;
            case ">" -> Values.compare(left, right, sign) > 0;
            default -> Values.compare(left, right, sign) >= 0;
        };
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.isOperator("+") || tokens.isOperator("-")) {
            boolean plus = tokens.next().text().equals("+");
            Expression first = left;
            Expression second = concatenation();
            left = plus
                    ? scope -> Operators.add(first.evaluate(scope), second.evaluate(scope))
                    : scope -> Operators.subtract(first.evaluate(scope), second.evaluate(scope));
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return scope -> {
            StringBuilder text = new StringBuilder();
            parts.forEach(part -> text.append(Values.str(part.evaluate(scope))));
            Work.requireLength(text.length());
            return text.toString();
        };
    }

    private Expression product() {
        Expression left = power();
        while (tokens.isOperator("*") || tokens.isOperator("/") || tokens.isOperator("//") || tokens.isOperator("%")) {
            String sign = tokens.next().text();
            Expression first = left;
            Expression second = power();
            left = scope -> {
                Object one = first.evaluate(scope);
                Object other = second.evaluate(scope);
                return switch (sign) {
                    case "*" -> Operators.multiply(one, other);
                    case "/" -> Operators.divide(one, other);
                    case "//" -> Operators.floorDivide(one, other);
                    default -> Operators.modulo(one, other);
                };
            };
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.skipOperator("**")) {
            Expression first = left;
            Expression second = unary(true);
            left = scope -> Operators.power(first.evaluate(scope), second.evaluate(scope));
        }
        return left;
    }

    private Expression unary(boolean filtered) {
        Expression value;
        if (tokens.skipOperator("-")) {
            Expression negated = unary(false);
            value = scope -> Operators.negative(negated.evaluate(scope));
        } else if (tokens.skipOperator("+")) {
            Expression positive = unary(false);
            value = scope -> Operators.positive(positive.evaluate(scope));
        } else {
            value = primary();
        }
        value = postfix(value);
        return filtered ? filtered(value) : value;
    }

    private Expression primary() {
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
            Expression inner = tuple(true, null, true);
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
            elements.add(expression());
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
            keys.add(expression());
            tokens.expectOperator(":");
            values.add(expression());
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator("}");
        return scope -> {
            Map<Object, Object> dict = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                dict.put(Values.key(keys.get(i).evaluate(scope)), values.get(i).evaluate(scope));
            }
            return dict;
        };
    }

    private static List<Object> all(List<Expression> elements, Scope scope) {
        List<Object> values = new ArrayList<>(elements.size());
        elements.forEach(element -> values.add(element.evaluate(scope)));
        return values;
    }

    private Expression postfix(Expression value) {
        Expression whole = value;
        while (true) {
            if (tokens.skipOperator(".")) {
                whole = attribute(whole);
            } else if (tokens.skipOperator("[")) {
                whole = subscript(whole);
            } else if (tokens.isOperator("(")) {
                whole = call(whole);
            } else {
                return whole;
            }
        }
    }

    private Expression attribute(Expression value) {
        if (tokens.is(Kind.INTEGER)) {
            Object index = integer(tokens.next().text());
            return scope -> Values.item(value.evaluate(scope), index);
        }
        String name = tokens.expectName();
        return scope -> Values.attribute(value.evaluate(scope), name);
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
            throw tokens.failure("an index with commas is not supported");
        }
        Expression only = index;
        return scope -> {
            Object container = value.evaluate(scope);
            Object at = only.evaluate(scope);
            return at instanceof SliceBounds bounds
                    ? Operators.slice(container, bounds.start, bounds.stop, bounds.step)
                    : Values.item(container, at);
        };
    }

    private record SliceBounds(@Nullable Object start, @Nullable Object stop, @Nullable Object step) {}

    private Expression index() {
        Expression start = tokens.isOperator(":") ? null : expression();
        if (start != null && !tokens.isOperator(":")) {
            return start;
        }
        tokens.expectOperator(":");
        Expression stop = tokens.isOperator(":") || tokens.isOperator("]") ? null : expression();
        Expression step = tokens.skipOperator(":") && !tokens.isOperator("]") ? expression() : null;
        return scope -> new SliceBounds(bound(start, scope), bound(stop, scope), bound(step, scope));
    }

    private static @Nullable Object bound(@Nullable Expression bound, Scope scope) {
        return bound == null ? null : bound.evaluate(scope);
    }

    private Expression call(Expression callee) {
        ArgumentList arguments = arguments();
        return scope -> {
            Object called = callee.evaluate(scope);
            scope.work().enter();
            Object result = Values.call(called, arguments.evaluate(scope));
            scope.work().leave();
            return result;
        };
    }

    /** The arguments of a call as they are written. */
    record ArgumentList(
            List<Expression> positional,
            Map<String, Expression> named,
            @Nullable Expression spread,
            @Nullable Expression spreadNamed) {
        static final ArgumentList NONE = new ArgumentList(List.of(), Map.of(), null, null);

        Arguments evaluate(Scope scope) {
            List<Object> values = all(positional, scope);
            if (spread != null) {
                values.addAll(Values.list(spread.evaluate(scope)));
            }
            Map<String, Object> byName = new LinkedHashMap<>();
            named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
            if (spreadNamed != null && spreadNamed.evaluate(scope) instanceof Map<?, ?> more) {
                more.forEach((name, value) -> byName.put(Values.str(name), value));
            }
            return new Arguments(values, byName);
        }
    }

    ArgumentList arguments() {
        tokens.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        Expression spread = null;
        Expression spreadNamed = null;
        while (!tokens.isOperator(")")) {
            if (tokens.skipOperator("**")) {
                spreadNamed = expression();
            } else if (tokens.skipOperator("*")) {
                spread = expression();
            } else if (tokens.is(Kind.NAME) && tokens.peekBehind().is(Kind.OPERATOR, "=")) {
                String name = tokens.expectName();
                tokens.next();
                named.put(name, expression());
            } else {
                if (!named.isEmpty() || spread != null || spreadNamed != null) {
                    throw tokens.failure("invalid syntax for function call expression");
                }
                positional.add(expression());
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new ArgumentList(positional, named, spread, spreadNamed);
    }

    private Expression filtered(Expression value) {
        Expression whole = value;
        while (true) {
            if (tokens.isOperator("|")) {
                whole = filters(whole);
            } else if (tokens.skipName("is")) {
                whole = test(whole);
            } else if (tokens.isOperator("(")) {
                whole = call(whole);
            } else {
                return whole;
            }
        }
    }

    /** Parses {@code | name(...)}, as often as it comes. */
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
