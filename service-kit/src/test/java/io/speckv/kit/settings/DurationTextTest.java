package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    private final SettingsLoader<Sample> loader = SettingsLoader.withDefaults(Sample.class, "empty-defaults.yaml");

    record Sample(Duration time) {}

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ms",
        "1500, 1500ms",
        "90000, 90s",
        "60000, 1m",
        "5400000, 90m",
        "7200000, 2h",
        "864000000, 240h"
    })
    void aDurationIsWrittenAsSettingsReadIt(long millis, String text) {
        Duration duration = Duration.ofMillis(millis);

        assertThat(DurationText.of(duration)).isEqualTo(text);
        assertThat(loader.load(null, Map.of(), List.of("--time=" + text)).value())
                .isEqualTo(new Sample(duration));
    }

    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationText()))
            .build();

    private Duration read(String json) throws IOException {
        return mapper.readValue(json, Duration.class);
    }

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "30s, PT30S",
        "5m, PT5M",
        "2h, PT2H",
        "0s, PT0S",
        "007s, PT7S",
        "' 30 s ', PT30S",
        "876000h, PT876000H",
        "3153600000000ms, PT876000H"
    })
    void aTimeIsANumberAndItsUnit(String text, Duration time) throws IOException {
        assertThat(read("\"" + text + "\"")).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"30\"",
                "30",
                "\"s\"",
                "\"1.5s\"",
                "\"-1s\"",
                "\"1d\"",
                "\"1S\"",
                "\"1m30s\"",
                "\"PT30S\"",
                "\"1234567890123456789ms\"",
                "[]"
            })
    void anythingElseIsToldWhatATimeIs(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidFormatException.class)
                .hasMessageContaining("a whole number followed by ms, s, m or h, such as 30s");
    }

    /** They would pass here, and break whoever counts them in nanoseconds later. */
    @ParameterizedTest
    @ValueSource(strings = {"876001h", "52560001m", "3153600001s", "3153600000001ms", "999999999999999999h"})
    void aTimeIsACenturyAtMost(String text) {
        assertThatThrownBy(() -> read("\"" + text + "\""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is too long: at most 876000h");
    }

    @Test
    void whateverIsReadCanBeCountedInNanoseconds() throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 5000; i++) {
            long amount = random.nextLong(1L << random.nextInt(1, 59));
            String unit = new String[] {"ms", "s", "m", "h"}[random.nextInt(4)];
            try {
                assertThat(read("\"" + amount + unit + "\"").toNanos()).isNotNegative();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("'" + amount + unit + "' is too long");
            }
        }
    }
}
