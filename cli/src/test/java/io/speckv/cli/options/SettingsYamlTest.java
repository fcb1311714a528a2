package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsYamlTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("settings.yaml"), text);
    }

    @Test
    void aValueIsWhatYamlReads() {
        assertThat(SettingsYaml.value("a", "256")).isEqualTo(256);
        assertThat(SettingsYaml.value("a", "0.25")).isEqualTo(0.25);
        assertThat(SettingsYaml.value("a", "true")).isEqualTo(true);
        assertThat(SettingsYaml.value("a", "lookahead")).isEqualTo("lookahead");
        assertThat(SettingsYaml.value("a", "'256'")).isEqualTo("256");
        assertThat(SettingsYaml.value("a", "[1, 2]")).isEqualTo(List.of(1, 2));
        assertThat(SettingsYaml.value("a", "{window_size: 8}")).isEqualTo(Map.of("window_size", 8));
        assertThat(SettingsYaml.value("a", "null")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "{a: 1, a: 2}", "8\n---\n16"})
    void whatIsNotOneValueIsToldWithItsOption(String text) {
        assertThatThrownBy(() -> SettingsYaml.value("window_size", text))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--set window_size is '" + text
                        + "'; it must be a value in YAML, such as 256, lookahead or [1, 2]");
    }

    @Test
    void aFileHoldsSettingsAndBlocksOfThem() throws IOException {
        assertThat(SettingsYaml.file(file("specpc:\n  window_size: 8\nsecond_stage: blend\nbudget: null\n")))
                .containsEntry("specpc", Map.of("window_size", 8))
                .containsEntry("second_stage", "blend")
                .containsEntry("budget", null);
        assertThat(SettingsYaml.file(file("---\nwindow_size: 8\n"))).isEqualTo(Map.of("window_size", 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing yet\n", "null", "{}"})
    void anEmptyFileHasNone(String text) throws IOException {
        assertThat(SettingsYaml.file(file(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        - a                  | found array; write keys and values, such as window_size: 8
        a                    | found string; write keys and values
        5                    | found number; write keys and values
        {a: 1, a: 2}         | found Duplicate field 'a'
        {a: 1                | found while parsing a flow mapping
        `a: 1\n---\nb: 2\n`  | found Trailing token
        """)
    void whatIsNoBlockOfSettingsIsNamedWithItsFile(String text, String found) throws IOException {
        Path file = file(text.replace("\\n", "\n"));

        assertThatThrownBy(() -> SettingsYaml.file(file))
                .isInstanceOf(WrongInputException.class)
                .hasMessageStartingWith(file + ": expected YAML of settings, ")
                .hasMessageContaining(found);
    }
}
