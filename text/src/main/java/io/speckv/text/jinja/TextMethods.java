package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str}. */
final class TextMethods {
    private TextMethods() {}

    static @Nullable Callable find(String text, String name) {
        return switch (name) {
            case "capitalize" -> simple(text, PythonCase::capitalize);
            case "casefold" -> simple(text, PythonCase::fold);
            case "lower" -> simple(text, PythonCase::lower);
            case "upper" -> simple(text, PythonCase::upper);
            case "title" -> simple(text, PythonCase::title);
            case "swapcase" -> simple(text, PythonCase::swap);
            case "strip" -> arguments -> PythonText.strip(text, chars(arguments));
            case "lstrip" -> arguments -> PythonText.lstrip(text, chars(arguments));
            case "rstrip" -> arguments -> PythonText.rstrip(text, chars(arguments));
            case "split" -> arguments -> split(text, arguments);
            case "rsplit" ->
                arguments -> PythonText.rsplit(
                        text,
                        arguments.get(0, "sep", None.NONE) == None.NONE ? null : arguments.text(0, "sep"),
                        arguments.integer(1, "maxsplit", -1));
            case "splitlines" -> arguments -> PythonText.lines(text, arguments.flag(0, "keepends", false));
            case "partition" -> arguments -> partition(text, arguments, text.indexOf(arguments.text(0, "sep")), true);
            case "rpartition" ->
                arguments -> partition(text, arguments, text.lastIndexOf(arguments.text(0, "sep")), false);
            case "startswith" -> arguments -> affix(text, arguments, String::startsWith);
            case "endswith" -> arguments -> affix(text, arguments, String::endsWith);
            case "removeprefix" ->
                arguments -> {
                    String prefix = arguments.text(0, "prefix");
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                arguments -> {
                    String suffix = arguments.text(0, "suffix");
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "replace" ->
                arguments -> replaced(
                        text, arguments.text(0, "old"), arguments.text(1, "new"), arguments.integer(2, "count", -1));
            case "join" -> arguments -> joined(text, arguments.get(0, "iterable"));
            case "find" -> arguments -> place(text, arguments, false, false);
            case "rfind" -> arguments -> place(text, arguments, true, false);
            case "index" -> arguments -> place(text, arguments, false, true);
            case "rindex" -> arguments -> place(text, arguments, true, true);
            case "count" -> arguments -> count(text, arguments);
            case "format" -> arguments -> BraceFormat.format(text, arguments);
            case "center" -> arguments -> padded(text, arguments, 0);
            case "ljust" -> arguments -> padded(text, arguments, 1);
            case "rjust" -> arguments -> padded(text, arguments, -1);
            case "zfill" -> arguments -> zeroFilled(text, Values.requireInt(arguments.get(0, "width")));
            case "expandtabs" -> arguments -> expanded(text, arguments.integer(0, "tabsize", 8));
            default -> question(text, name);
        };
    }

    private static @Nullable Callable question(String text, String name) {
        return switch (name) {
            case "isalnum" -> all(text, c -> Character.isLetter(c) || PythonNumerals.isNumeric(c));
            case "isalpha" -> all(text, Character::isLetter);
            case "isdecimal" -> all(text, PythonNumerals::isDecimal);
            case "isdigit" -> all(text, PythonNumerals::isDigit);
            case "isnumeric" -> all(text, PythonNumerals::isNumeric);
            case "isspace" -> all(text, PythonText::isSpace);
            case "isascii" -> arguments -> text.chars().allMatch(c -> c < 0x80);
            case "isprintable" -> arguments -> text.codePoints().allMatch(PythonText::isPrintable);
            case "isidentifier" -> arguments -> isIdentifier(text);
            case "islower" -> arguments -> PythonCase.isAll(text, false);
            case "isupper" -> arguments -> PythonCase.isAll(text, true);
            case "istitle" -> arguments -> PythonCase.isTitle(text);
            default -> null;
        };
    }

    private static boolean isIdentifier(String text) {
        return !text.isEmpty()
                && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
                && text.codePoints()
                        .allMatch(c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
    }

    private static Callable simple(String text, UnaryOperator<String> change) {
        return arguments -> change.apply(text);
    }

    private static Callable all(String text, IntPredicate kind) {
        return arguments -> !text.isEmpty() && text.codePoints().allMatch(kind);
    }

    private static @Nullable String chars(Arguments arguments) {
        Object chars = arguments.find(0, "chars");
        return chars == null || chars == None.NONE ? null : Values.requireText(chars);
    }

    private static Object split(String text, Arguments arguments) {
        Object separator = arguments.get(0, "sep", None.NONE);
        int most = arguments.integer(1, "maxsplit", -1);
        return separator == None.NONE
                ? PythonText.splitAtSpace(text, most)
                : PythonText.split(text, Values.requireText(separator), most);
    }

    private static Object partition(String text, Arguments arguments, int at, boolean first) {
        String separator = arguments.text(0, "sep");
        if (separator.isEmpty()) {
            throw new JinjaException("empty separator");
        }
        if (at < 0) {
            return first ? Tuple.of(text, "", "") : Tuple.of("", "", text);
        }
        return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }

    private static boolean affix(String text, Arguments arguments, BiPredicate<String, String> has) {
        Stretch stretch = Stretch.of(text, arguments);
        Object affixes = arguments.get(0, "prefix");
        Stream<Object> each = affixes instanceof Tuple tuple ? tuple.stream() : Stream.of(affixes);
        return each.map(Values::requireText).anyMatch(affix -> stretch.exists() && has.test(stretch.text(), affix));
    }

    /**
     * The part of a text that is searched.
     *
     * @param first index of its first character in the text
     * @param exists whether it lies in the text and does not end before it begins, so that at least the empty text can be found
     *     in it
     */
    private record Stretch(String text, int first, boolean exists) {
        static Stretch of(String text, Arguments arguments) {
            int length = PythonText.length(text);
            int first = bound(arguments, 1, "start", 0, length);
            int end = Math.min(length, bound(arguments, 2, "end", length, length));
            return first > end
                    ? new Stretch("", first, false)
                    : new Stretch(
                            text.substring(text.offsetByCodePoints(0, first), text.offsetByCodePoints(0, end)),
                            first,
                            true);
        }

        private static int bound(Arguments arguments, int place, String name, int otherwise, int length) {
            Object given = arguments.find(place, name);
            int bound = given == null || given == None.NONE ? otherwise : arguments.integer(place, name, otherwise);
            return bound < 0 ? Math.max(0, length + bound) : bound;
        }
    }

    static String replaced(String text, String old, String replacement, int most) {
        if (most < 0 && !old.isEmpty()) {
            String all = text.replace(old, replacement);
            Work.requireLength(all.length());
            return all;
        }
        StringBuilder replaced = new StringBuilder();
        int at = 0;
        int done = 0;
        while (most < 0 || done < most) {
            int next = text.indexOf(old, at);
            if (next < 0) {
                break;
            }
            if (old.isEmpty()) {
                // Python puts the replacement before every character and at the end.
                replaced.append(replacement);
                done++;
                if (at == text.length()) {
                    return replaced.toString();
                }
                int behind = text.offsetByCodePoints(at, 1);
                replaced.append(text, at, behind);
                at = behind;
            } else {
                replaced.append(text, at, next).append(replacement);
                at = next + old.length();
                done++;
            }
        }
        return replaced.append(text, at, text.length()).toString();
    }

    static String joined(String separator, Object elements) {
        StringBuilder joined = new StringBuilder();
        boolean first = true;
        for (Object element : Values.list(elements)) {
            joined.append(first ? "" : separator).append(Values.requireText(element));
            first = false;
        }
        return joined.toString();
    }

    private static Object place(String text, Arguments arguments, boolean last, boolean required) {
        String part = arguments.text(0, "sub");
        Stretch stretch = Stretch.of(text, arguments);
        int found = last ? stretch.text.lastIndexOf(part) : stretch.text.indexOf(part);
        if (found < 0 || !stretch.exists) {
            if (required) {
                throw new JinjaException("substring not found");
            }
            return -1L;
        }
        return (long) stretch.first + stretch.text.codePointCount(0, found);
    }

    private static Object count(String text, Arguments arguments) {
        String part = arguments.text(0, "sub");
        Stretch stretch = Stretch.of(text, arguments);
        if (!stretch.exists) {
            return 0L;
        }
        return part.isEmpty()
                ? PythonText.length(stretch.text) + 1L
                : PythonText.split(stretch.text, part, -1).size() - 1L;
    }

    /** Pads on both sides (0), after (1) or before (-1). */
    private static String padded(String text, Arguments arguments, int side) {
        int missing = Values.requireInt(arguments.get(0, "width")) - PythonText.length(text);
        String fill = arguments.text(1, "fillchar", " ");
        if (PythonText.length(fill) != 1) {
            throw new JinjaException("the fill character is " + PythonText.repr(fill) + ", not exactly one character");
        }
        if (missing <= 0) {
            return text;
        }
        if (side == 0) {
            return centered(text, missing + PythonText.length(text), fill);
        }
        String padding = PythonText.repeated(fill, missing);
        return side > 0 ? text + padding : padding + text;
    }

    static String centered(String text, int width, String fill) {
        int missing = Math.max(0, width - PythonText.length(text));
        int before = missing / 2 + (missing & width & 1);
        return PythonText.repeated(fill, before) + text + PythonText.repeated(fill, missing - before);
    }

    private static String zeroFilled(String text, int width) {
        int missing = width - PythonText.length(text);
        if (missing <= 0) {
            return text;
        }
        boolean signed = text.startsWith("-") || text.startsWith("+");
        String zeros = PythonText.repeated("0", missing);
        return signed ? text.charAt(0) + zeros + text.substring(1) : zeros + text;
    }

    private static String expanded(String text, int size) {
        StringBuilder expanded = new StringBuilder();
        int column = 0;
        for (int c : text.codePoints().toArray()) {
            if (c == '\t') {
                int spaces = size <= 0 ? 0 : size - column % size;
                expanded.append(PythonText.repeated(" ", spaces));
                column += spaces;
            } else {
                expanded.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return expanded.toString();
    }

    /** Returns the words of a text as Python's {@code str.split()} does. */
    static List<Object> words(String text) {
        return new ArrayList<>(PythonText.splitAtSpace(text, -1));
    }
}
