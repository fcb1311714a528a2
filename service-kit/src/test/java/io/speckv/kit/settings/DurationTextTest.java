package io.speckv.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
