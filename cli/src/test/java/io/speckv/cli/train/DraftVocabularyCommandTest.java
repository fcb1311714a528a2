package io.speckv.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link DraftVocabularyCommand} on a model that knows bytes, so that a text's tokens can be counted by hand. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class DraftVocabularyCommandTest {
    private static final String DRAFT = Path.of(System.getProperty("speckv.golden"))
            .resolve("models/llama-draft")
            .toString();

    @TempDir
    Path folder;

    private static CommandRun vocabulary(int keep, String... files) {
        String[] all = new String[files.length + 5];
        System.arraycopy(new String[] {"draft-vocabulary", "--model", DRAFT, "--keep", "" + keep}, 0, all, 0, 5);
        System.arraycopy(files, 0, all, 5, files.length);
        return CommandRun.of(all);
    }

    private String text(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void everyTokenOfEveryTextCountsAndNothingElse() throws IOException {
        CommandRun run = vocabulary(8, text("a", "eee\r\n"), text("b", "tte"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("101 # 4 \"e\"\n", "116 # 2 \"t\"\n", "10 # 1 \"\\n\"\n", "13 # 1 \"\\r\"\n");
        assertThat(run.err()).isEqualTo("8 of 264 tokens; they are 100.00 % of the 8 in the texts\n");
    }

    @Test
    void theListHasTheSameDigitsInACountryThatWritesOthers() throws IOException, InterruptedException {
        Process egyptian = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Duser.language=ar",
                        "-Duser.country=EG",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "draft-vocabulary",
                        "--model",
                        DRAFT,
                        "--keep",
                        "8",
                        text("a", "eee"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(new String(egyptian.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("101 # 3 \"e\"\n");
        assertThat(egyptian.waitFor()).isZero();
    }

    @Test
    void textsWithoutATokenAreCoveredByAnyList() throws IOException {
        assertThat(vocabulary(3, text("a", "")).err())
                .startsWith("3 of 264 tokens; ")
                .endsWith(" of the 0 in the texts\n");
    }

    @ParameterizedTest
    @CsvSource({"265, 'must be 1 to 264'", "1000000, 'must be 1 to 264'"})
    void aListHasRoomForTheEndsAndNoMoreThanThereIs(int keep, String rule) throws IOException {
        CommandRun run = vocabulary(keep, text("a", "x"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: --keep is " + keep + ", ").contains(rule, "the tokens of " + DRAFT);
    }

    @Test
    void aTextInAnotherEncodingIsRefusedByItsFirstWrongByte() throws IOException {
        Path latin1 = Files.write(folder.resolve("latin1"), "na\u00efve".getBytes(StandardCharsets.ISO_8859_1));
        CommandRun run = vocabulary(8, text("a", "x"), latin1.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("speckv: " + latin1 + " is not text in UTF-8: byte 2, counted from 0, is 0xEF\n");
        assertThat(run.out()).isEmpty();
    }
}
