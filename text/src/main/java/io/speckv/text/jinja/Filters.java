package io.speckv.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Jinja's filters by name. The value to filter is the first argument. */
final class Filters {
    /** A filter; the scope is for those that call others. */
    @FunctionalInterface
    interface Filter {
        Object apply(Object value, Arguments arguments, Work work);
    }

    private static final Map<String, Filter> ALL = new TreeMap<>();

    static {
        texts();
        numbers();
        collections();
        SequenceFilters.addTo(ALL);
    }

    private Filters() {}

    static Filter named(String name) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw new JinjaException("No filter named '" + name + "'.");
        }
        return filter;
    }

    static boolean isKnown(String name) {
        return ALL.containsKey(name);
    }

    private static void texts() {
        text("capitalize", (text, arguments) -> PythonText.capitalize(text));
        text("lower", (text, arguments) -> text.toLowerCase(Locale.ROOT));
        text("upper", (text, arguments) -> text.toUpperCase(Locale.ROOT));
        text("title", (text, arguments) -> titled(text));
        text("trim", (text, arguments) -> {
            Object chars = arguments.get(0, "chars", None.NONE);
            return PythonText.strip(text, chars == None.NONE ? null : Values.requireText(chars));
        });
        for (String name : List.of("e", "escape", "forceescape")) {
            text(name, (text, arguments) -> PythonText.escaped(text));
        }
        text("safe", (text, arguments) -> text);
        text("string", (text, arguments) -> text);
        text(
                "striptags",
                (text, arguments) -> String.join(
                        " ",
                        TextMethods.words(text.replaceAll("(?s)<!--.*?-->", "").replaceAll("<[^>]*>", "")).stream()
                                .map(String.class::cast)
                                .toList()));
        text("center", (text, arguments) -> TextMethods.centered(text, arguments.integer(0, "width", 80), " "));
        text("indent", Filters::indented);
        text(
                "replace",
                (text, arguments) -> TextMethods.replaced(
                        text,
                        Values.str(arguments.get(0, "old")),
                        Values.str(arguments.get(1, "new")),
                        arguments.integer(2, "count", -1)));
        text(
                "wordcount",
                (text, arguments) -> (long) text.split("[^\\p{L}\\p{M}\\p{N}_]+", -1).length
                        - (text.matches("(?s)[^\\p{L}\\p{M}\\p{N}_].*|") ? 1 : 0)
                        - (text.matches("(?s).*[^\\p{L}\\p{M}\\p{N}_]") ? 1 : 0));
        text("truncate", Filters::truncated);
        text("wordwrap", (text, arguments) -> WordWrap.wrap(text, arguments));
        ALL.put("urlencode", (value, arguments, work) -> urlEncoded(value));
        ALL.put("format", (value, arguments, work) -> {
            Object values = arguments.named().isEmpty()
                    ? new Tuple(arguments.positional())
                    : new LinkedHashMap<Object, Object>(arguments.named());
            return PercentFormat.format(Values.str(value), values);
        });
        ALL.put("tojson", (value, arguments, work) -> {
            Values.requireDefined(value);
            return PythonJson.of(arguments.after(value)).write(value);
        });
        ALL.put("pprint", (value, arguments, work) -> Values.repr(value));
        ALL.put("xmlattr", (value, arguments, work) -> attributes(value, arguments));
    }

    private static void numbers() {
        ALL.put(
                "abs",
                (value, arguments, work) ->
                        Values.compare(value, 0L, "<") < 0 ? Operators.negative(value) : Operators.positive(value));
        ALL.put("int", (value, arguments, work) -> integer(value, arguments));
        ALL.put("float", (value, arguments, work) -> real(value, arguments.get(0, "default", 0.0)));
        ALL.put("round", (value, arguments, work) -> rounded(value, arguments));
        ALL.put("filesizeformat", (value, arguments, work) -> fileSize(value, arguments));
    }

    private static void collections() {
        for (String name : List.of("count", "length")) {
            ALL.put(name, (value, arguments, work) -> (long) Values.length(value));
        }
        for (String name : List.of("d", "default")) {
            ALL.put(
                    name,
                    (value, arguments, work) ->
                            value instanceof Undefined || (arguments.flag(1, "boolean", false) && !Values.truth(value))
                                    ? arguments.get(0, "default_value", "")
                                    : value);
        }
        ALL.put("attr", (value, arguments, work) -> {
            Object found = JinjaMethods.find(value, arguments.text(0, "name"));
            return found == null ? Undefined.name(arguments.text(0, "name")) : found;
        });
        ALL.put("items", (value, arguments, work) -> {
            if (value instanceof Undefined) {
                return new ArrayList<>();
            }
            if (value instanceof Map<?, ?> map) {
                return items(map);
            }
            throw new JinjaException("Can only get item pairs from a mapping.");
        });
        ALL.put("list", (value, arguments, work) -> new ArrayList<>(Values.list(value)));
        ALL.put("reverse", (value, arguments, work) -> {
            if (value instanceof String text) {
                return new StringBuilder(text).reverse().toString();
            }
            List<Object> reversed = new ArrayList<>(Values.list(value));
            Collections.reverse(reversed);
            return reversed;
        });
    }

    private interface TextFilter {
        Object apply(String text, Arguments arguments);
    }

    private static void text(String name, TextFilter filter) {
        ALL.put(name, (value, arguments, work) -> filter.apply(Values.str(value), arguments));
    }

    static List<Object> items(Map<?, ?> map) {
        List<Object> items = new ArrayList<>(map.size());
        map.forEach((key, value) ->
                items.add(Tuple.of(Objects.requireNonNull((Object) key), Objects.requireNonNull((Object) value))));
        return items;
    }

    /** Jinja's own rule: a word begins behind white space, a dash or an opening bracket. */
    private static String titled(String text) {
        StringBuilder titled = new StringBuilder(text.length());
        boolean begins = true;
        for (int c : text.codePoints().toArray()) {
            titled.appendCodePoint(begins ? Character.toUpperCase(c) : Character.toLowerCase(c));
            begins = PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0;
        }
        return titled.toString();
    }

    private static String indented(String text, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String indent = width instanceof String written ? written : " ".repeat(Math.max(0, Values.requireInt(width)));
        boolean blank = arguments.flag(2, "blank", false);
        StringBuilder indented = new StringBuilder();
        boolean first = true;
        // Jinja adds a line end first, so that a text that ends with one keeps it.
        for (Object line : PythonText.lines(text + "\n", false)) {
            boolean indents = first ? arguments.flag(1, "first", false) : blank || !line.equals("");
            indented.append(first ? "" : "\n").append(indents ? indent : "").append(line);
            first = false;
        }
        return indented.toString();
    }

    private static String truncated(String text, Arguments arguments) {
        int length = arguments.integer(0, "length", 255);
        boolean kill = arguments.flag(1, "killwords", false);
        String end = arguments.text(2, "end", "...");
        int leeway = arguments.integer(3, "leeway", 5);
        if (length < PythonText.length(end)) {
            throw new JinjaException("expected length >= " + PythonText.length(end) + ", got " + length);
        }
        if (PythonText.length(text) <= length + leeway) {
            return text;
        }
        String cut = text.substring(0, text.offsetByCodePoints(0, length - PythonText.length(end)));
        int space = cut.lastIndexOf(' ');
        return (kill || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static Object urlEncoded(Object value) {
        if (value instanceof Map<?, ?> || (value instanceof List<?>)) {
            List<Object> pairs = value instanceof Map<?, ?> map ? items(map) : Values.list(value);
            return String.join(
                    "&",
                    pairs.stream()
                            .map(pair -> urlEncoded(Values.str(Values.list(pair).get(0)), false)
                                    + "="
                                    + urlEncoded(Values.str(Values.list(pair).get(1)), false))
                            .toList());
        }
        return urlEncoded(Values.str(value), true);
    }

    private static String urlEncoded(String text, boolean path) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
        return path ? encoded.replace("+", "%20").replace("%2F", "/") : encoded;
    }

    private static String attributes(Object value, Arguments arguments) {
        StringBuilder written = new StringBuilder();
        for (Object item : items((Map<?, ?>) value)) {
            Object attribute = Values.list(item).get(1);
            if (attribute != None.NONE && !(attribute instanceof Undefined)) {
                written.append(written.isEmpty() ? "" : " ")
                        .append(PythonText.escaped(Values.str(Values.list(item).get(0))))
                        .append("=\"")
                        .append(PythonText.escaped(Values.str(attribute)))
                        .append('"');
            }
        }
        return (arguments.flag(0, "autospace", true) && !written.isEmpty() ? " " : "") + written;
    }

    private static Object integer(Object value, Arguments arguments) {
        Object otherwise = arguments.get(0, "default", 0L);
        int base = arguments.integer(1, "base", 10);
        try {
            if (value instanceof String text) {
                String digits = PythonText.strip(text, null).replaceAll("(?<=\\d)_(?=\\d)", "");
                if (base != 10) {
                    digits = digits.replaceFirst(base == 16 ? "^(?i)0x" : base == 8 ? "^(?i)0o" : "^(?i)0b", "");
                }
                try {
                    return PythonNumber.integer(new java.math.BigInteger(digits, base));
                } catch (NumberFormatException e) {
                    return integer(Double.parseDouble(digits), arguments);
                }
            }
            if (value instanceof Double real && !Double.isNaN(real) && !Double.isInfinite(real)) {
                return PythonNumber.integer(new BigDecimal(real).toBigInteger());
            }
            return PythonNumber.isInteger(value) ? PythonNumber.integer(PythonNumber.big(value)) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Object real(Object value, Object otherwise) {
        if (PythonNumber.isNumber(value)) {
            return PythonNumber.real(value);
        }
        if (value instanceof String text) {
            try {
                return Double.parseDouble(PythonText.strip(text, null).replaceAll("(?<=\\d)_(?=\\d)", ""));
            } catch (NumberFormatException e) {
                return otherwise;
            }
        }
        return otherwise;
    }

    private static Object rounded(Object value, Arguments arguments) {
        int digits = arguments.integer(0, "precision", 0);
        RoundingMode mode = switch (arguments.text(1, "method", "common")) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> throw new JinjaException("method must be common, ceil or floor");
        };
        Values.requireDefined(value);
        if (!PythonNumber.isNumber(value)) {
            throw new JinjaException("type " + Values.typeName(value) + " doesn't define __round__ method");
        }
        if (PythonNumber.isInteger(value) && mode == RoundingMode.HALF_EVEN) {
            return digits >= 0
                    ? PythonNumber.integer(PythonNumber.big(value))
                    : PythonNumber.integer(new BigDecimal(PythonNumber.big(value))
                            .setScale(digits, mode)
                            .toBigInteger());
        }
        return PythonNumber.rounded(PythonNumber.real(value), digits, mode);
    }

    private static String fileSize(Object value, Arguments arguments) {
        boolean binary = arguments.flag(0, "binary", false);
        double bytes = value instanceof String text ? Double.parseDouble(text) : PythonNumber.real(value);
        int base = binary ? 1024 : 1000;
        if (bytes == 1) {
            return "1 Byte";
        }
        if (bytes < base) {
            return (long) bytes + " Bytes";
        }
        String[] units = binary
                ? new String[] {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
                : new String[] {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
        int unit = 0;
        double rest = bytes / base;
        while (rest >= base && unit < units.length - 1) {
            rest /= base;
            unit++;
        }
        return NumberFormat.format(rest, ".1f") + " " + units[unit];
    }
}
