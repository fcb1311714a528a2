package io.speckv.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Jinja's tests, the words after {@code is}, by name. */
final class Tests {
    /** A test of a value. */
    @FunctionalInterface
    interface Test {
        boolean test(Object value, Arguments arguments);
    }

    private static final Map<String, Test> ALL = new TreeMap<>();

    static {
        ALL.put("boolean", (value, arguments) -> value instanceof Boolean);
        ALL.put("callable", (value, arguments) -> value instanceof Callable);
        ALL.put("defined", (value, arguments) -> !(value instanceof Undefined));
        ALL.put("undefined", (value, arguments) -> value instanceof Undefined);
        ALL.put(
                "divisibleby",
                (value, arguments) -> Comparisons.same(Operators.modulo(value, arguments.get(0, "num")), 0L));
        ALL.put("even", (value, arguments) -> Comparisons.same(Operators.modulo(value, 2L), 0L));
        ALL.put("odd", (value, arguments) -> Comparisons.same(Operators.modulo(value, 2L), 1L));
        ALL.put("escaped", (value, arguments) -> false);
        ALL.put("false", (value, arguments) -> value.equals(false));
        ALL.put("true", (value, arguments) -> value.equals(true));
        ALL.put("filter", (value, arguments) -> value instanceof String name && Filters.isKnown(name));
        ALL.put("test", (value, arguments) -> value instanceof String name && isKnown(name));
        ALL.put("float", (value, arguments) -> value instanceof Double);
        ALL.put("integer", (value, arguments) -> PythonNumber.isInteger(value) && !(value instanceof Boolean));
        ALL.put("number", (value, arguments) -> PythonNumber.isNumber(value));
        ALL.put("in", (value, arguments) -> {
            arguments.atMost(1, "in");
            return Comparisons.contains(arguments.get(0, "seq"), value);
        });
        ALL.put("iterable", (value, arguments) -> isIterable(value));
        ALL.put(
                "sequence",
                (value, arguments) -> isIterable(value) && !(value instanceof Callable) && !(value instanceof View));
        ALL.put("lower", (value, arguments) -> PythonCase.isAll(Printing.str(value), false));
        ALL.put("upper", (value, arguments) -> PythonCase.isAll(Printing.str(value), true));
        ALL.put("mapping", (value, arguments) -> value instanceof Map<?, ?>);
        ALL.put("none", (value, arguments) -> value == None.NONE);
        ALL.put("sameas", (value, arguments) -> isSame(value, arguments.get(0, "other")));
        ALL.put("string", (value, arguments) -> value instanceof String);
        comparison("eq", "==", "equalto", (value, arguments) -> Comparisons.same(value, arguments.get(0, "other")));
        comparison("ne", "!=", "ne", (value, arguments) -> !Comparisons.same(value, arguments.get(0, "other")));
        comparison("lt", "<", "lessthan", (value, arguments) -> ordered(value, "<", arguments));
        comparison("le", "<=", "le", (value, arguments) -> ordered(value, "<=", arguments));
        comparison("gt", ">", "greaterthan", (value, arguments) -> ordered(value, ">", arguments));
        comparison("ge", ">=", "ge", (value, arguments) -> ordered(value, ">=", arguments));
    }

    private Tests() {}

    static Test named(String name) {
        Test test = ALL.get(name);
        if (test == null) {
            throw new JinjaException("No test named '" + name + "'.");
        }
        return test;
    }

    static boolean isKnown(String name) {
        return ALL.containsKey(name);
    }

    private static void comparison(String name, String sign, String longer, Test test) {
        ALL.put(name, test);
        ALL.put(sign, test);
        ALL.put(longer, test);
    }

    private static boolean ordered(Object value, String sign, Arguments arguments) {
        return Comparisons.holds(value, sign, arguments.get(0, "other"));
    }

    private static boolean isIterable(Object value) {
        return value instanceof String
                || value instanceof Map<?, ?>
                || value instanceof List<?>
                || value instanceof Iterable<?>
                || value instanceof Undefined;
    }

    private static boolean isSame(Object value, Object other) {
        boolean small = value instanceof Boolean || value instanceof Long || value == None.NONE;
        return small ? value.equals(other) : value == other || (value instanceof String && value.equals(other));
    }
}
