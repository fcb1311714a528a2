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
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }
}
