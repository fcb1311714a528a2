package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A macro, or the body of a {@code call} block, with the scope it was defined in. */
record Macro(String name, Signature signature, List<Statement> body, Scope scope) implements Callable, Attributes {

    @Override
    public Object call(Arguments arguments) {
        List<String> parameters = signature.parameters();
        Scope inner = scope.inner();
        List<Object> given = arguments.positional();
        Map<String, Object> further = new LinkedHashMap<>(arguments.named());
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            Object named = further.remove(parameter);
            if (i < given.size()) {
                inner.set(parameter, given.get(i));
            } else if (named != null) {
                inner.set(parameter, named);
            } else {
                Expression otherwise = signature.defaults().get(parameter);
                inner.set(
                        parameter,
                        otherwise == null
                                ? new Undefined("parameter '" + parameter + "' was not provided")
                                : otherwise.evaluate(inner));
            }
        }
        Object caller = further.remove("caller");
        inner.set("caller", caller == null ? new Undefined("No caller defined") : caller);
        inner.set(
                "varargs",
                new Tuple(
                        given.size() <= parameters.size()
                                ? List.of()
                                : new ArrayList<>(given.subList(parameters.size(), given.size()))));
        inner.set("kwargs", new LinkedHashMap<Object, Object>(further));
        return Statement.textOf(body, inner);
    }

    @Override
    public @Nullable Object attribute(String attribute) {
        return switch (attribute) {
            case "name" -> name;
            case "arguments" -> new Tuple(new ArrayList<>(signature.parameters()));
            default -> null;
        };
    }

    @Override
    public String toString() {
        return "<Macro '" + name + "'>";
    }
}
