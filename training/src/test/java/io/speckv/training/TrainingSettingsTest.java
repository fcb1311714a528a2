package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSettingsTest {
    @TempDir
    Path folder;

    @Test
    void rateRisesThenStaysThenFallsToItsFloor() {
        TrainingSettings settings = InitialWeightsTest.settings(4);
        assertThat(settings.schedule().optimizer(0, 0).rate()).isCloseTo(1e-4, within(1e-9));
        assertThat(settings.schedule().optimizer(10, 300_000).rate()).isCloseTo(1e-3, within(1e-9));
        assertThat(settings.schedule().optimizer(10, 650_000).rate()).isCloseTo(0.55e-3, within(1e-9));
        assertThat(settings.schedule().optimizer(10, 2_000_000).rate()).isCloseTo(1e-4, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "speckv-tiny-target",
                "speckv-tiny-target-long",
                "speckv-tiny-target-values",
                "speckv-tiny-target-choice",
                "speckv-tiny-target-four",
                "speckv-tiny-target-rivals-late",
                "speckv-tiny-target-rivals",
                "speckv-tiny-target-lone",
                "speckv-tiny-target-long-again",
                "speckv-tiny-target-end",
                "speckv-tiny-draft",
                "speckv-tiny-draft-long",
                "speckv-tiny-draft-align"
            })
    void shippedSettingsAreValid(String name) throws IOException {
        TrainingSettings settings = TrainingSettings.read(Path.of("settings", name + ".json"));
        assertThat(settings.shape(1536).maxPositions()).isGreaterThanOrEqualTo(8192);
    }

    @Test
    void lengthsThatDoNotRiseAreRefusedByName() throws IOException {
        String json = Files.readString(Path.of("settings", "speckv-tiny-draft.json"));
        Path file = Files.writeString(folder.resolve("bad.json"), json.replace("64, 128", "128, 128"));
        assertThatThrownBy(() -> TrainingSettings.read(file))
                .hasMessageContaining("lengths is [128, 128, 256, 512, 1024, 2048]; it must rise");
    }

    @Test
    void whatQuestionsAskForIsTheDefaultUnlessSaidAndCheckedByName() throws IOException {
        assertThat(TrainingSettings.read(Path.of("settings", "speckv-tiny-target.json"))
                        .recall())
                .isEqualTo(RecallSettings.DEFAULTS);
        String json = Files.readString(Path.of("settings", "speckv-tiny-target-values.json"));
        Path file = Files.writeString(
                folder.resolve("bad.json"), json.replace("\"terseValues\": true", "\"terseValues\": false"));
        assertThatThrownBy(() -> TrainingSettings.read(file))
                .hasMessageContaining("recall.valuesFrom is 128; it must be at least 192, or 128 with terseValues");
    }

    @Test
    void aCurriculumBeginsAtItsFirstLengthUnlessToldWhere() throws IOException {
        assertThat(TrainingSettings.read(Path.of("settings", "speckv-tiny-target.json"))
                        .firstLevel())
                .isZero();
        TrainingSettings second = TrainingSettings.read(Path.of("settings", "speckv-tiny-target-long.json"));
        assertThat(second.lengths().get(second.firstLevel())).isEqualTo(2048);
        String json = Files.readString(Path.of("settings", "speckv-tiny-target-long.json"));
        Path file = Files.writeString(
                folder.resolve("bad.json"), json.replace("\"firstLength\": 2048", "\"firstLength\": 2000"));
        assertThatThrownBy(() -> TrainingSettings.read(file))
                .hasMessageContaining("firstLength is 2000; it must be one of [64, 128, ");
    }
}
