package io.speckv.text.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Equality, order and containment of values as in Python. */
final class Comparisons {
    private Comparisons() {}

    static boolean same(Object left, Object right) {
        if (PythonNumber.isNumber(left) && PythonNumber.isNumber(right)) {
            return !PythonNumber.isNan(left) && PythonNumber.compare(left, right) == 0;
        }
        if (left instanceof List<?> first && right instanceof List<?> second) {
            return Values.typeName(left).equals(Values.typeName(right))
                    && first.size() == second.size()
                    && pairwiseSame(first, second);
        }
        if (left instanceof Map<?, ?> first && right instanceof Map<?, ?> second) {
            return first.size() == second.size() && first.entrySet().stream().allMatch(entry -> sameIn(second, entry));
        }
        return left.equals(right);
    }

    private static boolean sameIn(Map<?, ?> dict, Map.Entry<?, ?> entry) {
        Object value = dict.get(DictKeys.find(dict, Objects.requireNonNull((Object) entry.getKey())));
        return value != null && same(Objects.requireNonNull((Object) entry.getValue()), value);
    }

    private static boolean pairwiseSame(List<?> first, List<?> second) {
        for (int i = 0; i < first.size(); i++) {
            if (!same(Objects.requireNonNull(first.get(i)), Objects.requireNonNull(second.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code left sign right}, of two that have an order; whatever is compared with NaN, it is false. */
    static boolean holds(Object left, String sign, Object right) {
        int order = compare(left, right, sign);
        if (PythonNumber.isNan(left) || PythonNumber.isNan(right)) {
            return false;
        }
        return switch (sign) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** Returns below 0, 0 or above 0; {@code sign} is for the error where the two have no order. */
    static int compare(Object left, Object right, String sign) {
        Values.requireDefined(left);
        Values.requireDefined(right);
        if (PythonNumber.isNumber(left) && PythonNumber.isNumber(right)) {
            return PythonNumber.compare(left, right);
        }
        if (left instanceof String first && right instanceof String second) {
            return compareCodePoints(first, second);
        }
        if (left instanceof List<?> first
                && right instanceof List<?> second
                && Values.isSequence(left)
                && Values.isSequence(right)
                && first instanceof Tuple == second instanceof Tuple) {
            for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
                Object one = Objects.requireNonNull(first.get(i));
                Object other = Objects.requireNonNull(second.get(i));
                if (!same(one, other)) {
                    return compare(one, other, sign);
                }
            }
            return Integer.compare(first.size(), second.size());
        }
        throw new JinjaException("'" + sign + "' not supported between instances of '" + Values.typeName(left)
                + "' and '" + Values.typeName(right) + "'");
    }

    private static int compareCodePoints(String first, String second) {
        int[] one = first.codePoints().toArray();
        int[] other = second.codePoints().toArray();
        return Arrays.compare(one, other);
    }

    static boolean contains(Object container, Object element) {
        if (container instanceof String text) {
            if (element instanceof String part) {
                return text.contains(part);
            }
            throw new JinjaException("'in <string>' requires string as left operand, not " + Values.typeName(element));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(DictKeys.find(map, element));
        }
        if (container instanceof Undefined) {
            return false;
        }
        if (container instanceof Iterable<?> elements) {
            for (Object each : elements) {
                if (same(Objects.requireNonNull(each), element)) {
                    return true;
                }
            }
            return false;
        }
        throw new JinjaException("argument of type '" + Values.typeName(container) + "' is not iterable");
    }
}
