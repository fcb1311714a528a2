package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a macro or of the body of a {@code call} block.
 *
 * @param parameters names in order
 * @param defaults of parameters that have one, by name
 */
record Signature(List<String> parameters, Map<String, Expression> defaults) {
    static final Signature NONE = new Signature(List.of(), Map.of());

    /** Parses "(a, b=1)". */
    static Signature parse(TokenReader tokens, ExpressionParser expressions) {
        List<String> parameters = new ArrayList<>();
        Map<String, Expression> defaults = new LinkedHashMap<>();
        tokens.expectOperator("(");
        while (!tokens.isOperator(")")) {
            String name = tokens.expectName();
            if (parameters.contains(name)) {
                throw tokens.failure("duplicate argument '" + name + "'");
            }
            parameters.add(name);
            if (tokens.skipOperator("=")) {
                defaults.put(name, expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw tokens.failure("non-default argument follows default argument");
            }
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expectOperator(")");
        return new Signature(parameters, defaults);
    }
}
