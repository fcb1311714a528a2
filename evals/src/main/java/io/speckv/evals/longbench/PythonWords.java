package io.speckv.evals.longbench;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Text cut at blanks as Python's {@code str.split()} does, by which LongBench's metrics are defined. */
final class PythonWords {
    /** All that {@code str.isspace()} names; Java's {@code \s} knows those of ASCII only, and not its separators. */
    private static final Pattern BLANKS =
            Pattern.compile("[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+");

    private PythonWords() {}

    /** Returns the words of {@code text} in their order, none empty; none at all of nothing but blanks. */
    static List<String> of(String text) {
        return BLANKS.splitAsStream(text).filter(Predicate.not(String::isEmpty)).toList();
    }
}
