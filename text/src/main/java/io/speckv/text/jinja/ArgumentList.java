package io.speckv.text.jinja;

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

    Arguments evaluate(Scope scope) {
        List<Object> values = OperandParser.all(positional, scope);
        if (spread != null) {
            values.addAll(Values.list(spread.evaluate(scope)));
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, value) -> byName.put(name, value.evaluate(scope)));
        if (spreadNamed != null && spreadNamed.evaluate(scope) instanceof Map<?, ?> more) {
            more.forEach((name, value) -> byName.put(Printing.str(name), value));
        }
        return new Arguments(values, byName);
    }
}
