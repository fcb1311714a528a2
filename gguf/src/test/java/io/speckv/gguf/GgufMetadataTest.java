package io.speckv.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GgufMetadataTest {
    private static final GgufMetadata METADATA = new GgufMetadata(
            Path.of("model.gguf"),
            Map.of(
                    "whole",
                    7L,
                    "large",
                    1L << 31,
                    "negative",
                    -1L,
                    "real",
                    1.5,
                    "text",
                    "llama",
                    "on",
                    true,
                    "equal",
                    new long[] {8, 8, 8},
                    "different",
                    new long[] {8, 4},
                    "reals",
                    new double[] {0.5},
                    "texts",
                    new String[] {"a"}));

    @Test
    void valuesComeBackAsTheyAreAskedFor() {
        assertThat(METADATA.integer("whole", 0)).isEqualTo(7);
        assertThat(METADATA.requireInteger("whole")).isEqualTo(7);
        assertThat(METADATA.number("real", 0)).isEqualTo(1.5);
        assertThat(METADATA.number("whole", 0)).as("a whole number is a number").isEqualTo(7);
        assertThat(METADATA.text("text")).isEqualTo("llama");
        assertThat(METADATA.requireText("text")).isEqualTo("llama");
        assertThat(METADATA.flag("on", false)).isTrue();
        assertThat(METADATA.texts("texts")).containsExactly("a");
        assertThat(METADATA.integers("different")).containsExactly(8, 4);
        assertThat(METADATA.numbers("reals")).containsExactly(0.5);
    }

    @Test
    void aListIsToldFromOneValue() {
        assertThat(METADATA.isList("equal")).isTrue();
        assertThat(METADATA.isList("texts")).isTrue();
        assertThat(METADATA.isList("whole")).isFalse();
        assertThat(METADATA.isList("absent")).isFalse();
    }

    @Test
    void aNumberForEachLayerIsOneWhereAllAreEqual() {
        assertThat(METADATA.integer("equal", 0)).isEqualTo(8);
        assertThatThrownBy(() -> METADATA.integer("different", 0))
                .isInstanceOf(GgufException.class)
                .hasMessage("model.gguf: expected key different as a number from 0 to 2^31 - 1, found a list of 2");
    }

    @Test
    void whatIsAbsentIsTheFallbackOrNothing() {
        assertThat(METADATA.has("absent")).isFalse();
        assertThat(METADATA.integer("absent", -5)).isEqualTo(-5);
        assertThat(METADATA.number("absent", 0.25)).isEqualTo(0.25);
        assertThat(METADATA.flag("absent", true)).isTrue();
        assertThat(METADATA.text("absent")).isNull();
        assertThat(METADATA.texts("absent")).isEmpty();
        assertThat(METADATA.integers("absent")).isEmpty();
        assertThat(METADATA.numbers("absent")).isEmpty();
        assertThatThrownBy(() -> METADATA.requireInteger("absent"))
                .hasMessage("model.gguf: expected key absent with a whole number, found none of this name");
        assertThatThrownBy(() -> METADATA.requireText("absent"))
                .hasMessage("model.gguf: expected key absent with a text, found none of this name");
    }

    static Stream<Arguments> askedFor() {
        return Stream.of(
                asked("text", "a number from 0 to 2^31 - 1", "llama", metadata -> metadata.integer("text", 0)),
                asked("real", "a number from 0 to 2^31 - 1", "1.5", metadata -> metadata.integer("real", 0)),
                asked("large", "a number from 0 to 2^31 - 1", "2147483648", metadata -> metadata.integer("large", 0)),
                asked("negative", "a number from 0 to 2^31 - 1", "-1", metadata -> metadata.requireInteger("negative")),
                asked("on", "a number", "true", metadata -> metadata.number("on", 0)),
                asked("whole", "true or false", "7", metadata -> metadata.flag("whole", false)),
                asked("whole", "a text", "7", metadata -> metadata.requireText("whole")),
                asked("text", "a list of texts", "llama", metadata -> metadata.texts("text")),
                asked("reals", "a list of whole numbers", "a list of 1", metadata -> metadata.integers("reals")),
                asked("texts", "a list of numbers", "a list of 1", metadata -> metadata.numbers("texts")));
    }

    private static Arguments asked(String key, String expected, String found, Function<GgufMetadata, Object> question) {
        return Arguments.of(key, expected, found, question);
    }

    @ParameterizedTest(name = "{0} as {1}")
    @MethodSource("askedFor")
    void whatIsOfAnotherKindIsRefusedByItsKeyWithWhatItIs(
            String key, String expected, String found, Function<GgufMetadata, Object> question) {
        assertThatThrownBy(() -> question.apply(METADATA))
                .isInstanceOf(GgufException.class)
                .hasMessage("model.gguf: expected key " + key + " as " + expected + ", found " + found);
    }
}
