package io.speckv.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.KeyValuePair;

/** What one event is written as. */
class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();
    private final JsonLines lines = new JsonLines();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        lines.setContext(context);
        lines.start();
    }

    @AfterEach
    void stop() {
        lines.stop();
        context.stop();
    }

    private String line(String message, KeyValuePair... pairs) {
        LoggingEvent event = new LoggingEvent("", context.getLogger("test"), Level.INFO, message, null, null);
        Arrays.stream(pairs).forEach(event::addKeyValuePair);
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(7, "7"),
                Arguments.of(1L << 40, "1099511627776"),
                Arguments.of(0.5, "0.5"),
                Arguments.of(1.5f, "1.5"),
                Arguments.of(true, "true"),
                Arguments.of(null, "null"),
                Arguments.of("a \"b\"\n", "\"a \\\"b\\\"\\n\""),
                Arguments.of(Level.WARN, "\"WARN\""),
                Arguments.of(Duration.ofSeconds(3), "\"PT3S\""),
                Arguments.of(Path.of("/a/b"), "\"/a/b\""),
                Arguments.of(List.of(), "[]"),
                Arguments.of(Arrays.asList(1, null, "x", List.of(true)), "[1, null, \"x\", [true]]"),
                Arguments.of(Set.of(5), "[5]"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueKeepsItsKind(@Nullable Object value, String written) throws Exception {
        assertThat(json(line("said", new KeyValuePair("key", value))).at("/attributes/key"))
                .isEqualTo(json(written));
    }

    /** JSON has no such numbers, and a reader must not stumble over the line. */
    @ParameterizedTest
    @MethodSource("numbersThatAreNone")
    void whatIsNoNumberInJsonIsAText(Number number, String written) throws Exception {
        JsonNode value = json(line("said", new KeyValuePair("key", number))).at("/attributes/key");

        assertThat(value.isTextual()).isTrue();
        assertThat(value.asText()).isEqualTo(written);
    }

    static Stream<Arguments> numbersThatAreNone() {
        return Stream.of(
                Arguments.of(Double.NaN, "NaN"),
                Arguments.of(Double.NEGATIVE_INFINITY, "-Infinity"),
                Arguments.of(Float.POSITIVE_INFINITY, "Infinity"));
    }

    @Test
    void anEventIsOneLineWhateverItHolds() {
        assertThat(line("a\nb", new KeyValuePair("key", "c\r\nd\u2028")))
                .endsWith("}\n")
                .containsOnlyOnce("\n");
        assertThat(line("a\nb")).containsOnlyOnce("\n");
    }

    @Test
    void anEventWithoutPairsHasNoAttributes() throws Exception {
        JsonNode event = json(line("said"));

        assertThat(event.has("attributes")).isFalse();
        assertThat(event.path("formattedMessage").asText()).isEqualTo("said");
    }

    @Test
    void ofAKeyThatIsGivenTwiceTheLastValueCounts() throws Exception {
        assertThat(json(line("said", new KeyValuePair("key", 1), new KeyValuePair("key", 2)))
                        .at("/attributes/key")
                        .intValue())
                .isEqualTo(2);
    }
}
