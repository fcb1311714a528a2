package io.speckv.evals.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLineTest {
    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("some.jsonl");
    }

    @Test
    void passesOverBlankLinesAndCountsThem() throws IOException {
        Files.writeString(file, "{\"a\": \"x\"}\n\n  \n{\"a\": [\"y\", 7]}");
        List<JsonLine> lines = JsonLine.read(file);
        assertThat(lines).extracting(JsonLine::where).containsExactly(file + ":1", file + ":4");
        assertThat(lines.get(0).text("a")).isEqualTo("x");
        assertThat(lines.get(1).texts("a")).containsExactly("y", "7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {oops                 | is not JSON: Unexpected character
            {"a": 1} {"a": 2}     | is not JSON: Trailing token
            ["a"]                 | is ["a"], must be one JSON object
            """)
    void aLineThatIsNotOneObjectIsNamed(String line, String why) throws IOException {
        Files.writeString(file, "{}\n" + line + "\n");
        assertThatThrownBy(() -> JsonLine.read(file))
                .isInstanceOf(JsonLineException.class)
                .hasMessageStartingWith(file + ":2 " + why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"b": 1}                | there is no 'a', which must be
            {"a": null}             | there is no 'a', which must be
            {"a": {"b": "x"}}       | 'a' is {"b":"x"}, must be
            """)
    void aKeyThatIsMissingOrOfAnotherKindIsNamed(String line, String why) throws IOException {
        Files.writeString(file, line);
        JsonLine read = JsonLine.read(file).get(0);
        assertThatThrownBy(() -> read.text("a")).hasMessage(file + ":1: " + why + " a text");
        assertThatThrownBy(() -> read.texts("a")).hasMessage(file + ":1: " + why + " a list of at least one text");
    }

    @Test
    void aListOfAnythingButTextsIsRefusedAndShownShort() throws IOException {
        Files.writeString(file, "{\"a\": [], \"b\": [{\"long\": \"" + "x".repeat(99) + "\"}]}");
        JsonLine read = JsonLine.read(file).get(0);
        assertThatThrownBy(() -> read.texts("a"))
                .hasMessageContaining("'a' is [], must be a list of at least one text");
        assertThatThrownBy(() -> read.texts("b"))
                .hasMessageContaining("'b' is [{\"long\":\"xxxxx")
                .hasMessageEndingWith("..., must be a list of texts");
    }

    @Test
    void aFileThatIsEmptyOrNoTextOrAFolderIsNamed() throws IOException {
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> JsonLine.read(file)).hasMessage(file + " is empty, must hold one JSON object a line");
        Files.write(file, new byte[] {'"', (byte) 0xFF, '"'});
        assertThatThrownBy(() -> JsonLine.read(file)).hasMessage(file + " is not text in UTF-8");
        assertThatThrownBy(() -> JsonLine.read(folder)).hasMessageStartingWith(folder + " is a folder, must be a file");
        assertThatThrownBy(() -> JsonLine.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }
}
