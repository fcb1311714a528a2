package io.speckv.text.jinja;

import java.util.List;
import java.util.Map;

/**
 * What the filters may be given beside the value. An argument that a filter does not have is refused, as Python refuses it: a name
 * that is misspelt would otherwise change nothing.
 */
final class FilterArguments {
    /** Names in the order of their places; filters that take any arguments, or pass them on to another, are absent. */
    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("attr", List.of("name")),
            Map.entry("batch", List.of("linecount", "fill_with")),
            Map.entry("center", List.of("width")),
            Map.entry("d", List.of("default_value", "boolean")),
            Map.entry("default", List.of("default_value", "boolean")),
            Map.entry("dictsort", List.of("case_sensitive", "by", "reverse")),
            Map.entry("filesizeformat", List.of("binary")),
            Map.entry("float", List.of("default")),
            Map.entry("groupby", List.of("attribute", "default", "case_sensitive")),
            Map.entry("indent", List.of("width", "first", "blank")),
            Map.entry("int", List.of("default", "base")),
            Map.entry("join", List.of("d", "attribute")),
            Map.entry("max", List.of("case_sensitive", "attribute")),
            Map.entry("min", List.of("case_sensitive", "attribute")),
            Map.entry("replace", List.of("old", "new", "count")),
            Map.entry("round", List.of("precision", "method")),
            Map.entry("slice", List.of("slices", "fill_with")),
            Map.entry("sort", List.of("reverse", "case_sensitive", "attribute")),
            Map.entry("sum", List.of("attribute", "start")),
            Map.entry("tojson", List.of("ensure_ascii", "indent", "separators", "sort_keys")),
            Map.entry("trim", List.of("chars")),
            Map.entry("truncate", List.of("length", "killwords", "end", "leeway")),
            Map.entry("unique", List.of("case_sensitive", "attribute")),
            Map.entry("wordwrap", List.of("width", "break_long_words", "wrapstring", "break_on_hyphens")),
            Map.entry("xmlattr", List.of("autospace")));

    private static final List<String> ANY = List.of("format", "map", "reject", "rejectattr", "select", "selectattr");

    private FilterArguments() {}

    /** Throws if a filter has no such arguments, or is given one of them twice. */
    static void require(String filter, Arguments arguments) {
        if (ANY.contains(filter)) {
            return;
        }
        List<String> names = NAMES.getOrDefault(filter, List.of());
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
