package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ITypeConverter;

/** In a folder with the file {@code file}, the folder {@code folder}, and nothing called {@code none}. */
class OptionPathsTest {
    private static final Map<String, ITypeConverter<Path>> CONVERTERS = Map.of(
            "InputFile", new OptionPaths.InputFile(),
            "InputFileOrStandard", new OptionPaths.InputFileOrStandard(),
            "InputFolder", new OptionPaths.InputFolder(),
            "Input", new OptionPaths.Input(),
            "OutputFile", new OptionPaths.OutputFile(),
            "OutputFolder", new OptionPaths.OutputFolder());

    @TempDir
    Path here;

    @BeforeEach
    void fill() throws IOException {
        Files.writeString(here.resolve("file"), "x");
        Files.createDirectory(here.resolve("folder"));
    }

    private Path converted(String converter, String name) throws Exception {
        return Objects.requireNonNull(CONVERTERS.get(converter), converter)
                .convert(here.resolve(name).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "InputFile, file",
        "InputFileOrStandard, file",
        "InputFolder, folder",
        "Input, file",
        "Input, folder",
        "OutputFile, file",
        "OutputFile, none",
        "OutputFile, folder/new",
        "OutputFolder, folder",
        "OutputFolder, none",
        "OutputFolder, none/deeper"
    })
    void whatCanBeUsedIsTaken(String converter, String name) throws Exception {
        assertThat(converted(converter, name)).isEqualTo(here.resolve(name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        InputFile           | none   | there is no such file
        InputFile           | folder | it is a folder, and must be a file
        InputFileOrStandard | none   | there is no such file
        InputFolder         | none   | there is no such folder
        InputFolder         | file   | it is a file, and must be a folder
        Input               | none   | there is no such file or folder
        OutputFile          | folder | it is a folder, and must be a file
        OutputFolder        | file   | it is a file, and must be a folder
        """)
    void whatCannotIsToldWhy(String converter, String name, String why) {
        assertThatThrownBy(() -> converted(converter, name))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("is '" + here.resolve(name) + "'; " + why);
    }

    @Test
    void aFileIsWrittenIntoAFolderThatIsThere() {
        assertThatThrownBy(() -> converted("OutputFile", "none/new"))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("is '" + here.resolve("none/new") + "'; there is no folder '" + here.resolve("none")
                        + "' to write it into");
    }

    @Test
    void aDashIsStandardInputWhereThatCanBeRead() {
        assertThat(new OptionPaths.InputFileOrStandard().convert("-")).isEqualTo(Path.of("-"));
        assertThatThrownBy(() -> new OptionPaths.InputFile().convert("-")).hasMessage("is '-'; there is no such file");
    }

    @Test
    void aPathHasAName() {
        CONVERTERS.forEach((name, converter) -> assertThatThrownBy(() -> converter.convert(""))
                .as(name)
                .isInstanceOf(WrongInputException.class)
                .hasMessage("is ''; it must name a file or a folder"));
        assertThatThrownBy(() -> new OptionPaths.Input().convert("a\0b"))
                .as("a character that no path has")
                .isInstanceOf(WrongInputException.class);
    }
}
