package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as {@link TextFile} and {@link TextLines} read them: whole, in pieces and by lines. */
class TextFileTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("text"), bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> pieces(Path file, int chars) throws IOException {
        List<String> pieces = new ArrayList<>();
        TextFile.pieces(file, chars, pieces::add);
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "one\n", "\n\n", "one\r\ntwo\n", "na\u00efve \ud83d\ude00\nlast"})
    void aTextIsReadAsItStandsWholeAndInPieces(String text) throws IOException {
        Path file = file(utf8(text));

        assertThat(TextFile.read(file)).isEqualTo(text);
        assertThat(String.join("", pieces(file, 1))).isEqualTo(text);
    }

    @Test
    void aPieceEndsWithALineHoweverLongTheTextIs() throws IOException {
        String text = "a line with an \u00ef and a \ud83d\ude00\n".repeat(20_000) + "the last";
        List<String> pieces = pieces(file(utf8(text)), 1000);

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).hasSizeGreaterThan(5);
        assertThat(pieces.subList(0, pieces.size() - 1))
                .allSatisfy(piece -> assertThat(piece).endsWith("\n").hasSizeGreaterThan(900));
        assertThat(pieces.get(pieces.size() - 1)).endsWith("the last");
    }

    @Test
    void aWrongByteIsNamedByItsPlaceInTheFileNotInThePiece() throws IOException {
        String before = "0123456789abcde\n".repeat(10_000);
        byte[] bytes = utf8(before + "x?y");
        bytes[before.length() + 1] = (byte) 0xEF;
        Path file = file(bytes);
        String told = file + " is not text in UTF-8: byte 160001, counted from 0, is 0xEF";

        assertThatThrownBy(() -> TextFile.read(file))
                .isInstanceOf(WrongInputException.class)
                .hasMessage(told);
        assertThatThrownBy(() -> pieces(file, 100))
                .isInstanceOf(WrongInputException.class)
                .hasMessage(told);
    }

    @Test
    void aCharacterThatTheFileCutsOffIsWrongToo() throws IOException {
        Path file = file(new byte[] {'a', (byte) 0xC3});

        assertThatThrownBy(() -> TextFile.read(file)).isInstanceOf(WrongInputException.class);
        assertThatThrownBy(() -> pieces(file, 1))
                .hasMessageEndingWith(" is not text in UTF-8: byte 1, counted from 0, is 0xC3");
    }

    private static List<String> lines(byte[] bytes) throws IOException {
        TextLines lines = new TextLines(new ByteArrayInputStream(bytes), "standard input");
        List<String> all = new ArrayList<>();
        for (String line = lines.next(); line != null; line = lines.next()) {
            all.add(line);
        }
        return all;
    }

    @Test
    void linesComeWithoutTheirEnds() throws IOException {
        assertThat(lines(utf8(""))).isEmpty();
        assertThat(lines(utf8("one"))).containsExactly("one");
        assertThat(lines(utf8("one\ntwo\n"))).containsExactly("one", "two");
        assertThat(lines(utf8("one\r\n\n\ud83d\ude00"))).containsExactly("one", "", "\ud83d\ude00");
    }

    @Test
    void linesBeforeAWrongOneAreGivenAndTheWrongOneIsNumbered() throws IOException {
        TextLines lines = new TextLines(
                new ByteArrayInputStream(new byte[] {'a', '\n', 'b', (byte) 0xFF, '\n'}), "standard input");

        assertThat(lines.next()).isEqualTo("a");
        assertThatThrownBy(lines::next)
                .isInstanceOf(WrongInputException.class)
                .hasMessage("line 2 of standard input is not text in UTF-8: byte 1, counted from 0, is 0xFF");
    }
}
