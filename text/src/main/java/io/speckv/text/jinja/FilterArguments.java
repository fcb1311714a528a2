package io.speckv.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the filters may be given beside the value. An argument that a filter does not have is refused, as Python refuses it: a name
 * that is misspelt would otherwise change nothing.
 */
final class FilterArguments {
    /** Names in the order of their places; filters that take any arguments, or pass them on to another, are absent. */
    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("abs", List.of()),
            Map.entry("attr", List.of("name")),
            Map.entry("batch", List.of("linecount", "fill_with")),
            Map.entry("capitalize", List.of()),
            Map.entry("center", List.of("width")),
            Map.entry("count", List.of()),
            Map.entry("d", List.of("default_value", "boolean")),
            Map.entry("default", List.of("default_value", "boolean")),
            Map.entry("dictsort", List.of("case_sensitive", "by", "reverse")),
            Map.entry("e", List.of()),
            Map.entry("escape", List.of()),
            Map.entry("filesizeformat", List.of("binary")),
            Map.entry("first", List.of()),
            Map.entry("float", List.of("default")),
            Map.entry("forceescape", List.of()),
            Map.entry("groupby", List.of("attribute", "default", "case_sensitive")),
            Map.entry("indent", List.of("width", "first", "blank")),
            Map.entry("int", List.of("default", "base")),
            Map.entry("items", List.of()),
            Map.entry("join", List.of("d", "attribute")),
            Map.entry("last", List.of()),
            Map.entry("length", List.of()),
            Map.entry("list", List.of()),
            Map.entry("lower", List.of()),
            Map.entry("max", List.of("case_sensitive", "attribute")),
            Map.entry("min", List.of("case_sensitive", "attribute")),
            Map.entry("pprint", List.of()),
            Map.entry("random", List.of()),
            Map.entry("replace", List.of("old", "new", "count")),
            Map.entry("reverse", List.of()),
            Map.entry("round", List.of("precision", "method")),
            Map.entry("safe", List.of()),
            Map.entry("slice", List.of("slices", "fill_with")),
            Map.entry("sort", List.of("reverse", "case_sensitive", "attribute")),
            Map.entry("string", List.of()),
            Map.entry("striptags", List.of()),
            Map.entry("sum", List.of("attribute", "start")),
            Map.entry("title", List.of()),
            Map.entry("tojson", List.of("ensure_ascii", "indent", "separators", "sort_keys")),
            Map.entry("trim", List.of("chars")),
            Map.entry("truncate", List.of("length", "killwords", "end", "leeway")),
            Map.entry("unique", List.of("case_sensitive", "attribute")),
            Map.entry("upper", List.of()),
            Map.entry("urlencode", List.of()),
            Map.entry("wordcount", List.of()),
            Map.entry("wordwrap", List.of("width", "break_long_words", "wrapstring", "break_on_hyphens")),
            Map.entry("xmlattr", List.of("autospace")));

    private static final List<String> ANY = List.of("format", "map", "reject", "rejectattr", "select", "selectattr");

    private FilterArguments() {}

    /** Throws if it is not said of a filter what it takes: it would refuse arguments that it has. */
    static void requireSaid(Set<String> filters) {
        for (String filter : filters) {
            if (!ANY.contains(filter) && !NAMES.containsKey(filter)) {
                throw new IllegalStateException("what the filter '" + filter + "' takes is not said");
            }
        }
    }

    /** Throws if a filter has no such arguments, or is given one of them twice. */
    static void require(String filter, Arguments arguments) {
        if (ANY.contains(filter)) {
            return;
        }
        List<String> names = Objects.requireNonNull(NAMES.get(filter), filter);
        int given = arguments.positional().size();
        if (given > names.size()) {
            throw new JinjaException("the filter '" + filter + "' takes " + listed(names) + ", got " + given
                    + (given == 1 ? " argument" : " arguments"));
        }
        for (String name : arguments.named().keySet()) {
            if (!names.contains(name)) {
                throw new JinjaException(
                        "the filter '" + filter + "' has no argument '" + name + "', it takes " + listed(names));
            }
            if (names.indexOf(name) < given) {
                throw new JinjaException(
                        "the filter '" + filter + "' is given '" + name + "' twice: by its place and by its name");
            }
        }
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "no arguments" : "no more than " + String.join(", ", names);
    }
}
