package io.speckv.text.jinja;

import io.speckv.text.jinja.Filters.Filter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Jinja's filters of sequences. */
final class SequenceFilters {
    private SequenceFilters() {}

    static void addTo(Map<String, Filter> all) {
        all.put("first", (value, arguments, work) -> {
            var elements = Values.iterator(value);
            return elements.hasNext() ? elements.next() : new Undefined("No first item, sequence was empty.");
        });
        all.put("last", (value, arguments, work) -> {
            List<Object> elements = Values.list(value);
            return elements.isEmpty()
                    ? new Undefined("No last item, sequence was empty.")
                    : elements.get(elements.size() - 1);
        });
        all.put("random", (value, arguments, work) -> {
            List<Object> elements = Values.list(value);
            return elements.isEmpty()
                    ? new Undefined("No random item, sequence was empty.")
                    : elements.get(ThreadLocalRandom.current().nextInt(elements.size()));
        });
        all.put("join", SequenceFilters::joined);
        all.put("sum", SequenceFilters::sum);
        all.put("min", (value, arguments, work) -> extreme(value, arguments, -1));
        all.put("max", (value, arguments, work) -> extreme(value, arguments, 1));
        all.put("sort", (value, arguments, work) -> sorted(value, arguments));
        all.put("dictsort", (value, arguments, work) -> sortedDict(value, arguments));
        all.put("unique", (value, arguments, work) -> unique(value, arguments));
        all.put("groupby", (value, arguments, work) -> grouped(value, arguments));
        all.put("batch", (value, arguments, work) -> batches(value, arguments));
        all.put("slice", (value, arguments, work) -> slices(value, arguments));
        all.put("map", SequenceFilters::mapped);
        all.put("select", (value, arguments, work) -> selected(value, arguments, true, false));
        all.put("reject", (value, arguments, work) -> selected(value, arguments, false, false));
        all.put("selectattr", (value, arguments, work) -> selected(value, arguments, true, true));
        all.put("rejectattr", (value, arguments, work) -> selected(value, arguments, false, true));
    }

    private static Object joined(Object value, Arguments arguments, Work work) {
        String separator = Printing.str(arguments.get(0, "d", ""));
        UnaryOperator<Object> attribute = attribute(arguments.find(1, "attribute"), null);
        StringBuilder joined = new StringBuilder();
        boolean first = true;
        for (Object element : Values.list(value)) {
            joined.append(first ? "" : separator).append(Printing.str(attribute.apply(element)));
            Work.requireLength(joined.length());
            first = false;
        }
        return joined.toString();
    }

    private static Object sum(Object value, Arguments arguments, Work work) {
        UnaryOperator<Object> attribute = attribute(arguments.find(0, "attribute"), null);
        Object sum = arguments.get(1, "start", 0L);
        if (sum instanceof String) {
            throw new JinjaException("sum() can't sum strings: join them");
        }
        for (Object element : Values.list(value)) {
            sum = Operators.add(sum, attribute.apply(element));
        }
        return sum;
    }

    private static Object extreme(Object value, Arguments arguments, int sign) {
        UnaryOperator<Object> key = key(arguments, 0, 1);
        Object best = null;
        for (Object element : Values.list(value)) {
            if (best == null || sign * Comparisons.compare(key.apply(element), key.apply(best), "<") > 0) {
                best = element;
            }
        }
        return best == null ? new Undefined("No aggregated item, sequence was empty.") : best;
    }

    private static Object sorted(Object value, Arguments arguments) {
        List<Object> sorted = new ArrayList<>(Values.list(value));
        boolean caseSensitive = arguments.flag(1, "case_sensitive", false);
        Object attributes = arguments.get(2, "attribute", None.NONE);
        List<UnaryOperator<Object>> keys = new ArrayList<>();
        if (attributes instanceof String several) {
            for (String one : several.split(",", -1)) {
                keys.add(caseless(attribute(one, null), caseSensitive));
            }
        } else {
            keys.add(caseless(attribute(attributes, null), caseSensitive));
        }
        Comparator<Object> order = (a, b) -> {
            for (UnaryOperator<Object> key : keys) {
                Object one = key.apply(a);
                Object other = key.apply(b);
                if (!Comparisons.same(one, other)) {
                    return Comparisons.compare(one, other, "<");
                }
            }
            return 0;
        };
        sorted.sort(arguments.flag(0, "reverse", false) ? order.reversed() : order);
        return sorted;
    }

    private static Object sortedDict(Object value, Arguments arguments) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("dictsort takes a mapping, not " + Values.typeName(value));
        }
        boolean caseSensitive = arguments.flag(0, "case_sensitive", false);
        String by = arguments.text(1, "by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new JinjaException("dictsort sorts by \"key\" or \"value\", not by " + PythonText.repr(by));
        }
        int place = by.equals("value") ? 1 : 0;
        UnaryOperator<Object> key = caseless(item -> Values.list(item).get(place), caseSensitive);
        List<Object> sorted = Filters.items(map);
        Comparator<Object> order = (a, b) -> Comparisons.compare(key.apply(a), key.apply(b), "<");
        sorted.sort(arguments.flag(2, "reverse", false) ? order.reversed() : order);
        return sorted;
    }

    private static Object unique(Object value, Arguments arguments) {
        UnaryOperator<Object> key = key(arguments, 0, 1);
        Set<Object> seen = new HashSet<>();
        List<Object> unique = new ArrayList<>();
        for (Object element : Values.list(value)) {
            if (seen.add(DictKeys.canonical(key.apply(element)))) {
                unique.add(element);
            }
        }
        return unique;
    }

    private static Object grouped(Object value, Arguments arguments) {
        UnaryOperator<Object> plain = attribute(arguments.get(0, "attribute"), arguments.find(1, "default"));
        UnaryOperator<Object> key = caseless(plain, arguments.flag(2, "case_sensitive", false));
        List<Object> sorted = new ArrayList<>(Values.list(value));
        sorted.sort((a, b) -> Comparisons.compare(key.apply(a), key.apply(b), "<"));
        List<Object> groups = new ArrayList<>();
        List<Object> group = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            group.add(sorted.get(i));
            if (i + 1 == sorted.size() || !Comparisons.same(key.apply(sorted.get(i)), key.apply(sorted.get(i + 1)))) {
                groups.add(Tuple.named(List.of("grouper", "list"), plain.apply(group.get(0)), group));
                group = new ArrayList<>();
            }
        }
        return groups;
    }

    private static Object batches(Object value, Arguments arguments) {
        int size = Values.requireInt(arguments.get(0, "linecount"));
        Object fill = arguments.get(1, "fill_with", None.NONE);
        if (fill != None.NONE) {
            Work.requireElements(size);
        }
        List<Object> batches = new ArrayList<>();
        List<Object> batch = new ArrayList<>();
        for (Object element : Values.list(value)) {
            // As in Jinja, a list that can never have the size takes all that follows.
            if (batch.size() == size) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(element);
        }
        if (!batch.isEmpty()) {
            while (fill != None.NONE && batch.size() < size) {
                batch.add(fill);
            }
            batches.add(batch);
        }
        return batches;
    }

    private static Object slices(Object value, Arguments arguments) {
        int count = Values.requireInt(arguments.get(0, "slices"));
        if (count < 1) {
            throw new JinjaException("slice makes 1 list or more, not " + count);
        }
        Work.requireElements(count);
        Object fill = arguments.get(1, "fill_with", None.NONE);
        List<Object> elements = Values.list(value);
        int each = elements.size() / count;
        int longer = elements.size() % count;
        List<Object> slices = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            int size = each + (i < longer ? 1 : 0);
            List<Object> slice = new ArrayList<>(elements.subList(at, at + size));
            if (fill != None.NONE && i >= longer) {
                slice.add(fill);
            }
            slices.add(slice);
            at += size;
        }
        return slices;
    }

    private static Object mapped(Object value, Arguments arguments, Work work) {
        UnaryOperator<Object> change;
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            requireAttributeAndDefault(arguments.named().keySet());
            Object otherwise = arguments.named().get("default");
            change = attribute(arguments.named().get("attribute"), otherwise == None.NONE ? null : otherwise);
        } else {
            Filter filter = Filters.named(arguments.text(0, "name"));
            Arguments further = arguments.from(1);
            change = element -> filter.apply(element, further, work);
        }
        List<Object> mapped = new ArrayList<>();
        for (Object element : elements(value)) {
            work.step();
            mapped.add(change.apply(element));
        }
        return mapped;
    }

    private static void requireAttributeAndDefault(Set<String> names) {
        for (String name : names) {
            if (!name.equals("attribute") && !name.equals("default")) {
                throw new JinjaException("the filter 'map' has no argument '" + name
                        + "' beside an attribute, it takes no more than attribute, default");
            }
        }
    }

    private static Object selected(Object value, Arguments arguments, boolean wanted, boolean byAttribute) {
        UnaryOperator<Object> subject =
                byAttribute ? attribute(requireAttribute(arguments), null) : UnaryOperator.identity();
        Arguments rest = arguments.from(byAttribute ? 1 : 0);
        List<Object> selected = new ArrayList<>();
        for (Object element : elements(value)) {
            Object tested = subject.apply(element);
            boolean passes = rest.positional().isEmpty()
                    ? Values.truth(tested)
                    : Tests.named(rest.text(0, "test")).test(tested, rest.from(1));
            if (passes == wanted) {
                selected.add(element);
            }
        }
        return selected;
    }

    /** By its place alone: names are those of the test's arguments. */
    private static Object requireAttribute(Arguments arguments) {
        return new Arguments(arguments.positional(), Map.of()).get(0, "attribute");
    }

    /** Jinja's map and select treat anything false, also none, as an empty sequence. */
    private static List<Object> elements(Object value) {
        return Values.truth(value) ? Values.list(value) : List.of();
    }

    private static UnaryOperator<Object> key(Arguments arguments, int caseSensitive, int attribute) {
        return caseless(
                attribute(arguments.find(attribute, "attribute"), null),
                arguments.flag(caseSensitive, "case_sensitive", false));
    }

    private static UnaryOperator<Object> caseless(UnaryOperator<Object> key, boolean caseSensitive) {
        return caseSensitive
                ? key
                : element -> key.apply(element) instanceof String text ? PythonCase.lower(text) : key.apply(element);
    }

    /** Returns the number in the digits; if it is too large, an index that no sequence reaches. */
    private static long place(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns a lookup of a path such as "a.b.0", or of an index; the identity for null. */
    private static UnaryOperator<Object> attribute(@Nullable Object path, @Nullable Object otherwise) {
        if (path == null || path == None.NONE) {
            return UnaryOperator.identity();
        }
        List<Object> steps = new ArrayList<>();
        if (path instanceof String text) {
            for (String step : text.split("\\.", -1)) {
                steps.add(!step.isEmpty() && step.chars().allMatch(Character::isDigit) ? (Object) place(step) : step);
            }
        } else {
            steps.add(path);
        }
        return element -> {
            Object found = element;
            for (Object step : steps) {
                found = Lookup.item(found, step);
                if (found instanceof Undefined && otherwise != null) {
                    found = otherwise;
                }
            }
            return found;
        };
    }
}
