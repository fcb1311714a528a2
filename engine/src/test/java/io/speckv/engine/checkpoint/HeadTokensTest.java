package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadTokensTest {
    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("head.txt"), text);
    }

    @Test
    void readsOneIdALineBesideComments() throws IOException {
        HeadTokens tokens = HeadTokens.read(file("# most frequent first\n7 # 31 \" the\"\n\n  2\n0\n"), 9);

        assertThat(tokens.ids()).containsExactly(0, 2, 7);
        assertThat(tokens.overVocabulary(new float[] {5, 6, -7}))
                .containsExactly(
                        5,
                        Float.NEGATIVE_INFINITY,
                        6,
                        Float.NEGATIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        Float.NEGATIVE_INFINITY,
                        -7,
                        Float.NEGATIVE_INFINITY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,9 | line 2: expected a token id from 0 to 8, found '9'",
                "1,2,-1 | line 3: expected a token id from 0 to 8, found '-1'",
                "one | line 1: expected a token id from 0 to 8, found 'one'",
                "1 2 | line 1: expected a token id from 0 to 8, found '1 2'",
                "99999999999 | line 1: expected a token id from 0 to 8, found '99999999999'",
                "4,# again,4 | line 3: expected every token id once, found 4 again, after line 1",
            })
    void aLineThatIsNoNewIdIsNamedWithItsRule(String lines, String message) throws IOException {
        Path file = file(lines.replace(',', '\n'));

        assertThatThrownBy(() -> HeadTokens.read(file, 9))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void aListOfNothingIsRefused() throws IOException {
        Path file = file("# nothing\n\n");

        assertThatThrownBy(() -> HeadTokens.read(file, 9))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(file + ": expected at least one token id, one a line, found none");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing.txt");

        assertThatThrownBy(() -> HeadTokens.read(missing, 9))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(missing + ": expected a readable text file of token ids");
    }
}
