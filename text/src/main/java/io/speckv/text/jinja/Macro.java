package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A macro, or the body of a {@code call} block, with the scope it was defined in.
 *
 * @param catches which of {@code caller}, {@code varargs} and {@code kwargs} its body names: it takes such arguments
 */
record Macro(String name, Signature signature, Set<String> catches, List<Statement> body, Scope scope)
        implements Callable, Attributes {
    static final String CALLER = "caller";
    static final String FURTHER = "varargs";
    static final String FURTHER_NAMED = "kwargs";

    @Override
    public Object call(Arguments arguments) {
        Scope inner = scope.inner();
        Map<String, Object> further = new LinkedHashMap<>(arguments.named());
        give(arguments.positional(), further, inner);
        if (catches.contains(CALLER) && !signature.parameters().contains(CALLER)) {
            Object caller = further.remove(CALLER);
            inner.set(CALLER, caller == null ? new Undefined("No caller defined") : caller);
        }
        int count = signature.parameters().size();
        List<Object> given = arguments.positional();
        refuse(further.keySet(), given.size() - count);
        inner.set(
                FURTHER,
                new Tuple(given.size() <= count ? List.of() : List.copyOf(given.subList(count, given.size()))));
        inner.set(FURTHER_NAMED, new LinkedHashMap<Object, Object>(further));
        return Statement.textOf(body, inner);
    }

    private void give(List<Object> given, Map<String, Object> named, Scope inner) {
        List<String> parameters = signature.parameters();
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            Object value = i < given.size() ? given.get(i) : named.remove(parameter);
            if (value == null) {
                missing.add(parameter);
            }
            inner.set(parameter, value == null ? notProvided(parameter) : value);
        }
        // As in Jinja, a default sees the parameters and not what has their names outside.
        for (String parameter : missing) {
            Expression otherwise = signature.defaults().get(parameter);
            if (otherwise != null) {
                inner.set(parameter, otherwise.evaluate(inner));
            }
        }
    }

    private static Undefined notProvided(String parameter) {
        return new Undefined("parameter '" + parameter + "' was not provided");
    }

    private void refuse(Set<String> named, int tooMany) {
        if (!named.isEmpty() && !catches.contains(FURTHER_NAMED)) {
            throw new JinjaException(
                    named.contains(CALLER)
                            ? "macro '" + name + "' does not call its caller"
                            : "macro '" + name + "' takes no keyword argument '"
                                    + named.iterator().next() + "'");
        }
        if (tooMany > 0 && !catches.contains(FURTHER)) {
            throw new JinjaException("macro '" + name + "' takes not more than "
                    + signature.parameters().size() + " argument(s)");
        }
    }

    @Override
    public @Nullable Object attribute(String attribute) {
        return switch (attribute) {
            case "name" -> name;
            case "arguments" -> new Tuple(new ArrayList<>(signature.parameters()));
            case "catch_varargs" -> catches.contains(FURTHER);
            case "catch_kwargs" -> catches.contains(FURTHER_NAMED);
            case "caller" -> catches.contains(CALLER);
            default -> null;
        };
    }

    @Override
    public String toString() {
        return "<Macro '" + name + "'>";
    }
}
