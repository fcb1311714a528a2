package io.speckv.kit.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations written like {@code 250ms}, {@code 30s}, {@code 5m} or {@code 2h}. */
final class DurationText extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1;
    /** What such a text must be. */
    static final String WANTED = "a whole number followed by ms, s, m or h, such as 30s";

    /** What {@link System#nanoTime} counts, about 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private static final long AMOUNT_MOST = 1L << 40;
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*(ms|s|m|h)");

    DurationText() {
        super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        String text = parser.getValueAsString("");
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return (Duration) context.handleWeirdStringValue(Duration.class, text, WANTED);
        }
        Duration duration = duration(Long.parseLong(matcher.group(1)), matcher.group(2));
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is longer than clocks count, must be at most " + LONGEST.toHours() + "h");
        }
        return duration;
    }

    /** Returns the duration, or one beyond the longest where it would not fit. */
    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(Math.min(amount, AMOUNT_MOST));
            default -> Duration.ofHours(Math.min(amount, AMOUNT_MOST));
        };
    }
}
