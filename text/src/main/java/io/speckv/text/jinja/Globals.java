package io.speckv.text.jinja;

import java.math.BigInteger;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that every template may call: Jinja's own and those that transformers adds. */
final class Globals {
    private static final BigInteger RANGE_MOST = BigInteger.valueOf(100_000);

    private Globals() {}

    static Map<String, Object> of(Clock clock) {
        Map<String, Object> globals = new HashMap<>();
        globals.put("range", (Callable) Globals::range);
        globals.put("dict", (Callable) Globals::dict);
        globals.put("namespace", (Callable) arguments -> {
            Namespace namespace = new Namespace();
            dict(arguments).forEach((key, value) -> namespace.attributes().put(Values.requireText(key), value));
            return namespace;
        });
        globals.put("cycler", (Callable) arguments -> new Cycler(arguments.positional()));
        globals.put("joiner", (Callable) arguments -> new Joiner(arguments.get(0, "sep", ", ")));
        globals.put("lipsum", (Callable) arguments -> "Lorem ipsum dolor sit amet.");
        globals.put("raise_exception", (Callable) arguments -> {
            throw JinjaException.said(arguments.text(0, "message"));
        });
        globals.put("strftime_now", (Callable)
                arguments -> Strftime.format(ZonedDateTime.now(clock), arguments.text(0, "format")));
        return globals;
    }

    private static Object range(Arguments arguments) {
        List<Object> given = arguments.positional();
        if (given.isEmpty() || given.size() > 3 || !arguments.named().isEmpty()) {
            throw new JinjaException("range() takes 1 to 3 arguments without names");
        }
        BigInteger start = given.size() < 2 ? BigInteger.ZERO : requireWhole(given.get(0));
        BigInteger stop = requireWhole(given.get(given.size() < 2 ? 0 : 1));
        BigInteger step = given.size() < 3 ? BigInteger.ONE : requireWhole(given.get(2));
        if (step.signum() == 0) {
            throw new JinjaException("range() arg 3 must not be zero");
        }
        BigInteger[] steps = stop.subtract(start).divideAndRemainder(step);
        BigInteger size = (steps[1].signum() == 0 ? steps[0] : steps[0].add(BigInteger.ONE));
        if (stop.compareTo(start) * step.signum() <= 0) {
            size = BigInteger.ZERO;
        }
        if (size.compareTo(RANGE_MOST) > 0) {
            throw new JinjaException("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
        }
        List<Object> numbers = new ArrayList<>(size.intValue());
        for (BigInteger next = start; numbers.size() < size.intValue(); next = next.add(step)) {
            numbers.add(PythonNumber.integer(next));
        }
        return new Range(start, stop, step, numbers);
    }

    private static BigInteger requireWhole(Object value) {
        var unused = Values.requireInt(value);
        return PythonNumber.big(value);
    }

    private static Map<Object, Object> dict(Arguments arguments) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (arguments.positional().size() > 1) {
            throw new JinjaException("dict() takes at most 1 argument without a name, got "
                    + arguments.positional().size());
        }
        if (!arguments.positional().isEmpty()) {
            Object first = arguments.positional().get(0);
            Values.requireDefined(first);
            if (first instanceof Map<?, ?> map) {
                dict.putAll(map);
            } else {
                for (Object pair : Values.list(first)) {
                    List<Object> both = Values.list(pair);
                    if (both.size() != 2) {
                        throw new JinjaException("dict() takes pairs, not a sequence of " + both.size());
                    }
                    DictKeys.put(dict, both.get(0), both.get(1));
                }
            }
        }
        dict.putAll(arguments.named());
        return dict;
    }

    /** Python's {@code range}, which prints as itself. */
    static final class Range extends java.util.AbstractList<Object> {
        private final String printed;
        private final List<Object> numbers;

        private Range(BigInteger start, BigInteger stop, BigInteger step, List<Object> numbers) {
            this.printed = "range(" + start + ", " + stop + (step.equals(BigInteger.ONE) ? "" : ", " + step) + ")";
            this.numbers = numbers;
        }

        @Override
        public Object get(int index) {
            return numbers.get(index);
        }

        @Override
        public int size() {
            return numbers.size();
        }

        @Override
        public String toString() {
            return printed;
        }
    }

    /** Gives values in turn. */
    private static final class Cycler implements Attributes {
        private final List<Object> values;
        private int at;

        private Cycler(List<Object> values) {
            if (values.isEmpty()) {
                throw new JinjaException("at least one item has to be provided");
            }
            this.values = values;
        }

        @Override
        public @Nullable Object attribute(String name) {
            return switch (name) {
                case "current" -> values.get(at);
                case "items" -> new Tuple(values);
                case "pos" -> (long) at;
                case "next" ->
                    (Callable) arguments -> {
                        Object current = values.get(at);
                        at = (at + 1) % values.size();
                        return current;
                    };
                case "reset" ->
                    (Callable) arguments -> {
                        at = 0;
                        return None.NONE;
                    };
                default -> null;
            };
        }

        @Override
        public String toString() {
            return "<Cycler>";
        }
    }

    /** Gives nothing the first time and the separator from then on. */
    private static final class Joiner implements Callable {
        private final Object separator;
        private boolean used;

        private Joiner(Object separator) {
            this.separator = separator;
        }

        @Override
        public Object call(Arguments arguments) {
            boolean first = !used;
            used = true;
            return first ? "" : separator;
        }
    }
}
