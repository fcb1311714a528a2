package io.speckv.text.jinja;

import io.speckv.text.jinja.Filters.Filter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Jinja's filters of texts, and filters that write a value as text. */
final class TextFilters {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");
    /** What would end the name of an attribute. */
    private static final Pattern NO_NAME = Pattern.compile("[\\s/>=]");

    private TextFilters() {}

    private interface TextFilter {
        Object apply(String text, Arguments arguments);
    }

    static void addTo(Map<String, Filter> all) {
        text(all, "capitalize", (text, arguments) -> PythonCase.capitalize(text));
        text(all, "lower", (text, arguments) -> PythonCase.lower(text));
        text(all, "upper", (text, arguments) -> PythonCase.upper(text));
        text(all, "title", (text, arguments) -> titled(text));
        text(all, "trim", (text, arguments) -> {
            Object chars = arguments.get(0, "chars", None.NONE);
            return PythonText.strip(text, chars == None.NONE ? null : Values.requireText(chars));
        });
        for (String name : List.of("e", "escape", "forceescape")) {
            text(all, name, (text, arguments) -> PythonText.escaped(text));
        }
        text(all, "safe", (text, arguments) -> text);
        text(all, "string", (text, arguments) -> text);
        text(
                all,
                "striptags",
                (text, arguments) -> String.join(
                        " ",
                        TextMethods.words(text.replaceAll("(?s)<!--.*?-->", "").replaceAll("<[^>]*>", "")).stream()
                                .map(String.class::cast)
                                .toList()));
        text(
                all,
                "center",
                (text, arguments) ->
                        TextMethods.centered(text, Values.requireInt(arguments.get(0, "width", 80L)), " "));
        all.put("indent", (value, arguments, work) -> indented(Values.requireText(value), arguments));
        text(
                all,
                "replace",
                (text, arguments) -> TextMethods.replaced(
                        text,
                        Printing.str(arguments.get(0, "old")),
                        Printing.str(arguments.get(1, "new")),
                        arguments.integer(2, "count", -1)));
        text(all, "wordcount", (text, arguments) -> WORD.matcher(text).results().count());
        all.put("truncate", (value, arguments, work) -> truncated(value, arguments));
        all.put("wordwrap", (value, arguments, work) -> WordWrap.wrap(Values.requireText(value), arguments));
        all.put("urlencode", (value, arguments, work) -> urlEncoded(value));
        all.put("format", (value, arguments, work) -> {
            if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
                throw new JinjaException("can't handle positional and keyword arguments at the same time");
            }
            Object values = arguments.named().isEmpty()
                    ? new Tuple(arguments.positional())
                    : new LinkedHashMap<Object, Object>(arguments.named());
            return PercentFormat.format(Printing.str(value), values);
        });
        all.put("tojson", (value, arguments, work) -> {
            Values.requireDefined(value);
            return PythonJson.of(arguments.after(value)).write(value);
        });
        all.put("pprint", (value, arguments, work) -> Printing.repr(value));
        all.put("xmlattr", (value, arguments, work) -> attributes(value, arguments));
    }

    private static void text(Map<String, Filter> all, String name, TextFilter filter) {
        all.put(name, (value, arguments, work) -> filter.apply(Printing.str(value), arguments));
    }

    /** By Jinja's own rule a word begins after white space, a dash or an opening bracket. */
    private static String titled(String text) {
        StringBuilder titled = new StringBuilder(text.length());
        int start = 0;
        boolean begins = true;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int c = text.codePointAt(at);
            boolean between = PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0;
            if (between != begins) {
                titled.append(word(text.substring(start, at)));
                start = at;
                begins = between;
            }
        }
        return titled.append(word(text.substring(start))).toString();
    }

    private static String word(String text) {
        int first = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
        return PythonCase.upper(text.substring(0, first)) + PythonCase.lower(text.substring(first));
    }

    private static String indented(String text, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String indent = width instanceof String written ? written : PythonText.repeated(" ", Values.requireInt(width));
        Work.requireLength(text.length()
                + (long) indent.length() * (PythonText.lines(text, false).size() + 1));
        boolean blank = arguments.flag(2, "blank", false);
        StringBuilder indented = new StringBuilder();
        boolean first = true;
        // Jinja appends a line end first, so that a text that ends with one keeps it.
        for (Object line : PythonText.lines(text + "\n", false)) {
            boolean indents = first ? arguments.flag(1, "first", false) : blank || !line.equals("");
            indented.append(first ? "" : "\n").append(indents ? indent : "").append(line);
            first = false;
        }
        return indented.toString();
    }

    /** Returns a value that is short enough as it is, whatever it is: as in Jinja, only a text can be cut. */
    private static Object truncated(Object value, Arguments arguments) {
        int length = arguments.integer(0, "length", 255);
        boolean kill = arguments.flag(1, "killwords", false);
        String end = arguments.text(2, "end", "...");
        int leeway = arguments.integer(3, "leeway", 5);
        if (length < PythonText.length(end)) {
            throw new JinjaException("expected length >= " + PythonText.length(end) + ", got " + length);
        }
        if (leeway < 0) {
            throw new JinjaException("expected leeway >= 0, got " + leeway);
        }
        if (Values.length(value) <= (long) length + leeway) {
            return value;
        }
        String text = Values.requireText(value);
        int kept = Math.min(PythonText.length(text), length - PythonText.length(end));
        String cut = text.substring(0, text.offsetByCodePoints(0, kept));
        int space = cut.lastIndexOf(' ');
        return (kill || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static Object urlEncoded(Object value) {
        if (value instanceof Map<?, ?> || (value instanceof List<?>)) {
            List<Object> pairs = value instanceof Map<?, ?> map ? Filters.items(map) : Values.list(value);
            return String.join(
                    "&",
                    pairs.stream()
                            .map(TextFilters::requirePair)
                            .map(pair -> urlEncoded(Printing.str(pair.get(0)), false)
                                    + "="
                                    + urlEncoded(Printing.str(pair.get(1)), false))
                            .toList());
        }
        return urlEncoded(Printing.str(value), true);
    }

    private static List<Object> requirePair(Object value) {
        List<Object> pair = Values.list(value);
        if (pair.size() != 2) {
            throw new JinjaException("urlencode takes pairs, not a sequence of " + pair.size());
        }
        return pair;
    }

    private static String urlEncoded(String text, boolean path) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
        return path ? encoded.replace("+", "%20").replace("%2F", "/") : encoded;
    }

    private static String attributes(Object value, Arguments arguments) {
        StringBuilder written = new StringBuilder();
        if (!(value instanceof Map<?, ?> map)) {
            throw new JinjaException("xmlattr takes a dict, not a " + Values.typeName(value));
        }
        for (Object item : Filters.items(map)) {
            Object attribute = Values.list(item).get(1);
            if (attribute != None.NONE && !(attribute instanceof Undefined)) {
                String name = Values.requireText(Values.list(item).get(0));
                if (NO_NAME.matcher(name).find()) {
                    throw new JinjaException("Invalid character in attribute name: " + PythonText.repr(name));
                }
                written.append(written.isEmpty() ? "" : " ")
                        .append(PythonText.escaped(name))
                        .append("=\"")
                        .append(PythonText.escaped(Printing.str(attribute)))
                        .append('"');
            }
        }
        return (arguments.flag(0, "autospace", true) && !written.isEmpty() ? " " : "") + written;
    }
}
