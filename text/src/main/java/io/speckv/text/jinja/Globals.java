package io.speckv.text.jinja;

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
    private static final int RANGE_MOST = 100_000;

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
        globals.put("joiner", (Callable) arguments -> new Joiner(arguments.text(0, "sep", ", ")));
        globals.put("lipsum", (Callable) arguments -> "Lorem ipsum dolor sit amet.");
        globals.put("raise_exception", (Callable) arguments -> {
            throw new JinjaException(arguments.text(0, "message"));
        });
        globals.put("strftime_now", (Callable)
                arguments -> Strftime.format(ZonedDateTime.now(clock), arguments.text(0, "format")));
        return globals;
    }

    private static Object range(Arguments arguments) {
        int count = arguments.positional().size();
        long start = count < 2 ? 0 : Values.requireInt(arguments.positional().get(0));
        long stop = Values.requireInt(arguments.get(count < 2 ? 0 : 1, "stop"));
        long step = count < 3 ? 1 : Values.requireInt(arguments.positional().get(2));
        if (step == 0) {
            throw new JinjaException("range() arg 3 must not be zero");
        }
        long size = Math.max(0, step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step);
        if (size > RANGE_MOST) {
            throw new JinjaException("Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
        }
        List<Object> numbers = new ArrayList<>((int) size);
        for (long i = 0; i < size; i++) {
            numbers.add(start + i * step);
        }
        return new Range(start, stop, step, numbers);
    }

    private static Map<Object, Object> dict(Arguments arguments) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (!arguments.positional().isEmpty()) {
            Object first = arguments.positional().get(0);
            if (first instanceof Map<?, ?> map) {
                dict.putAll(map);
            } else {
                for (Object pair : Values.list(first)) {
                    dict.put(Values.key(Values.list(pair).get(0)), Values.list(pair).get(1));
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

        private Range(long start, long stop, long step, List<Object> numbers) {
            this.printed = "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
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
    }

    /** Gives nothing the first time and the separator from then on. */
    private static final class Joiner implements Callable {
        private final String separator;
        private boolean used;

        private Joiner(String separator) {
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
