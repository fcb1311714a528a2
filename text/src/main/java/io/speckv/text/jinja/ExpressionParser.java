package io.speckv.text.jinja;

import io.speckv.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses expressions by Jinja's grammar. This class parses operators, from the loosest to the tightest. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<Kind> ENDS = Set.of(Kind.VARIABLE_END, Kind.BLOCK_END, Kind.END);
    private static final int DEPTH_MOST = 300;

    private final TokenReader tokens;
    private final OperandParser operands;
    private int depth;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
        this.operands = new OperandParser(tokens, this);
    }

    /** Returns the parser of operands. */
    OperandParser operands() {
        return operands;
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

    /** Parses an expression, or several separated by commas, which become a tuple. */
    Expression tuple(boolean conditional, @Nullable String endName) {
        return tuple(conditional, endName, false);
    }

    Expression tuple(boolean conditional, @Nullable String endName, boolean parenthesized) {
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
        return scope -> new Tuple(OperandParser.all(elements, scope));
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
            case "==" -> Comparisons.same(left, right);
            case "!=" -> !Comparisons.same(left, right);
            case "in" -> Comparisons.contains(right, left);
            case "not in" -> !Comparisons.contains(right, left);
            default -> Comparisons.holds(left, sign, right);
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
            parts.forEach(part -> text.append(Printing.str(part.evaluate(scope))));
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
            value = operands.primary();
        }
        value = operands.postfix(value);
        return filtered ? operands.filtered(value) : value;
    }
}
