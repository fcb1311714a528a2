package io.speckv.text.jinja;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time as C's {@code strftime} writes it in the C locale, with glibc's flags. */
final class Strftime {
    private static final Pattern CODE = Pattern.compile("%([-_0^#]*)(\\d{0,3})([a-zA-Z%])");

    /**
     * A part of a time.
     *
     * @param width digits that a number has at least; 0 for words
     * @param pad what stands before a shorter one
     */
    private record Part(String written, int width, char pad) {
        static Part number(long value, int width) {
            return new Part(Long.toString(value), width, '0');
        }

        static Part spaced(long value) {
            return new Part(Long.toString(value), 2, ' ');
        }

        static Part words(String written) {
            return new Part(written, 0, ' ');
        }
    }

    private Strftime() {}

    static String format(ZonedDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        Matcher code = CODE.matcher(format);
        int at = 0;
        while (code.find()) {
            text.append(format, at, code.start());
            Part part = part(time, code.group(3).charAt(0));
            text.append(part == null ? code.group() : written(part, code.group(1), code.group(2)));
            at = code.end();
        }
        return text.append(format, at, format.length()).toString();
    }

    private static String written(Part part, String flags, String width) {
        String written = part.written;
        char pad = part.pad;
        int least = width.isEmpty() ? part.width : Integer.parseInt(width);
        for (int i = 0; i < flags.length(); i++) {
            switch (flags.charAt(i)) {
                case '-' -> least = 0;
                case '_' -> pad = ' ';
                case '0' -> pad = '0';
                case '^' -> written = written.toUpperCase(Locale.ROOT);
                default -> {
                    // Of all words only AM and PM are capitals, and change to small letters.
                    boolean noon = written.equals("AM") || written.equals("PM");
                    written = noon ? written.toLowerCase(Locale.ROOT) : written.toUpperCase(Locale.ROOT);
                }
            }
        }
        return String.valueOf(pad).repeat(Math.max(0, least - written.length())) + written;
    }

    private static @Nullable Part part(ZonedDateTime time, char code) {
        int hour = time.getHour();
        int day = time.getDayOfYear();
        int weekday = time.getDayOfWeek().getValue();
        return switch (code) {
            case 'Y' -> Part.number(time.getYear(), 0);
            case 'C' -> Part.number(Math.floorDiv(time.getYear(), 100), 2);
            case 'y' -> Part.number(Math.floorMod(time.getYear(), 100), 2);
            case 'G' -> Part.number(time.get(IsoFields.WEEK_BASED_YEAR), 0);
            case 'g' -> Part.number(Math.floorMod(time.get(IsoFields.WEEK_BASED_YEAR), 100), 2);
            case 'V' -> Part.number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
            case 'U' -> Part.number((day + 6 - weekday % 7) / 7, 2);
            case 'W' -> Part.number((day + 6 - (weekday + 6) % 7) / 7, 2);
            case 'm' -> Part.number(time.getMonthValue(), 2);
            case 'd' -> Part.number(time.getDayOfMonth(), 2);
            case 'e' -> Part.spaced(time.getDayOfMonth());
            case 'j' -> Part.number(day, 3);
            case 'u' -> Part.number(weekday, 1);
            case 'w' -> Part.number(weekday % 7, 1);
            case 'H' -> Part.number(hour, 2);
            case 'k' -> Part.spaced(hour);
            case 'I' -> Part.number((hour + 11) % 12 + 1, 2);
            case 'l' -> Part.spaced((hour + 11) % 12 + 1);
            case 'M' -> Part.number(time.getMinute(), 2);
            case 'S' -> Part.number(time.getSecond(), 2);
            case 'f' -> Part.number(time.get(ChronoField.MICRO_OF_SECOND), 6);
            case 's' -> Part.number(time.toEpochSecond(), 0);
            default -> words(time, code);
        };
    }

    private static @Nullable Part words(ZonedDateTime time, char code) {
        String words = switch (code) {
            case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'F' -> DateTimeFormatter.ISO_LOCAL_DATE.format(time);
            case 'T', 'X' -> format(time, "%H:%M:%S");
            case 'R' -> format(time, "%H:%M");
            case 'r' -> format(time, "%I:%M:%S %p");
            case 'D', 'x' -> format(time, "%m/%d/%y");
            case 'c' -> format(time, "%a %b %e %H:%M:%S %Y");
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            // The time has no zone, as Python's datetime.now().
            case 'z', 'Z' -> "";
            default -> null;
        };
        return words == null ? null : Part.words(words);
    }
}
