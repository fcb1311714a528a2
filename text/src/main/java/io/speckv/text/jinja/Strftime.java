package io.speckv.text.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** A time as C's {@code strftime} writes it in the C locale. */
final class Strftime {
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"),
            Map.entry('m', "MM"),
            Map.entry('d', "dd"),
            Map.entry('b', "MMM"),
            Map.entry('h', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('f', "SSSSSS"),
            Map.entry('p', "a"),
            Map.entry('j', "DDD"),
            Map.entry('F', "yyyy-MM-dd"),
            Map.entry('T', "HH:mm:ss"),
            Map.entry('R', "HH:mm"),
            Map.entry('D', "MM/dd/yy"),
            Map.entry('x', "MM/dd/yy"),
            Map.entry('X', "HH:mm:ss"));

    private Strftime() {}

    static String format(ZonedDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char code = format.charAt(++i);
            boolean unpadded = code == '-' && i + 1 < format.length();
            if (unpadded) {
                code = format.charAt(++i);
            }
            String written = one(time, code);
            text.append(unpadded ? written.replaceFirst("^0+(?=\\d)", "") : written);
        }
        return text.toString();
    }

    private static String one(ZonedDateTime time, char code) {
        return switch (code) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            // The time has no zone, as Python's datetime.now().
            case 'z', 'Z' -> "";
            case 'e' -> String.format(Locale.ROOT, "%2d", time.getDayOfMonth());
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
            case 's' -> String.valueOf(time.toEpochSecond());
            case 'c' -> format(time, "%a %b %e %H:%M:%S %Y");
            default -> {
                String pattern = PATTERNS.get(code);
                yield pattern == null
                        ? "%" + code
                        : DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
            }
        };
    }
}
