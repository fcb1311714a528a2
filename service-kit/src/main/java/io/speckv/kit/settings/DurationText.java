package io.speckv.kit.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations written like {@code 250ms}, {@code 30s}, {@code 5m} or {@code 2h}, in settings and in messages about them. */
public final class DurationText extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1;
    /** What such a text must be. */
    static final String WANTED = "a whole number followed by ms, s, m or h, such as 30s";

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*(ms|s|m|h)");
    /** A century. In nanoseconds it and its double still fit into 64 bits. */
    private static final long MOST_HOURS = 876_000;

    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    DurationText() {
        super(Duration.class);
    }

    /**
     * Returns a duration as settings write it: a whole number of the largest unit that it is a multiple of, such as {@code 0s},
     * {@code 90s} or {@code 2h}. What is beyond whole milliseconds is left out.
     */
    public static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis % HOUR == 0 && millis != 0) {
            return millis / HOUR + "h";
        }
        if (millis % MINUTE == 0 && millis != 0) {
            return millis / MINUTE + "m";
        }
        return millis % SECOND == 0 ? millis / SECOND + "s" : millis + "ms";
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String text = parser.getValueAsString("");
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return (Duration) context.handleWeirdStringValue(Duration.class, text, WANTED);
        }
        long amount = Long.parseLong(matcher.group(1));
        long unit = switch (matcher.group(2)) {
            case "ms" -> 1;
            case "s" -> SECOND;
            case "m" -> MINUTE;
            default -> HOUR;
        };
        if (amount > MOST_HOURS * HOUR / unit) {
            throw new IllegalArgumentException("'%s' is too long: at most %dh".formatted(text.strip(), MOST_HOURS));
        }
        return Duration.ofMillis(amount * unit);
    }
}
