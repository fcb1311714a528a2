package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** {@link DemoCommand} with the bundled pair; what it hides in the licence is in DemoTextTest. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class DemoCommandTest {
    private static final Path ROOT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("");

    @TempDir
    Path folder;

    private static CommandRun demo(String... more) {
        List<String> all = new ArrayList<>(List.of("demo"));
        all.addAll(List.of("--target", ROOT.resolve("models/speckv-tiny-target").toString()));
        all.addAll(List.of("--draft", ROOT.resolve("models/speckv-tiny-draft").toString()));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @Test
    void aTextOfOnesOwnIsAskedTwiceAndComparedUnderTheMethodThatTheRouterTook() throws IOException {
        String whole = Files.readString(ROOT.resolve("docs/examples/hidden-number.txt"));
        int question = whole.lastIndexOf('\n', whole.length() - 2);
        Path text = Files.writeString(folder.resolve("text.txt"), whole.substring(0, question));
        Path page = folder.resolve("page.html");
        CommandRun run = demo(
                "--file=" + text,
                "--question=" + whole.substring(question + 1).strip(),
                "--set=verify_lookahead=true",
                "--max-new-tokens=8",
                "--html=" + page);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("Models: yours.")
                .doesNotContain("Hidden in the")
                .containsSubsequence(
                        "-- what the target gets to read ---",
                        " more lines)",
                        "-- the answer, speckv-pc ---",
                        "4817263",
                        "-- the same question on the full cache ---",
                        "4817263",
                        "-- side by side ---",
                        "prompt tokens read",
                        "-- when each stage ran, speckv-pc ---",
                        "target.prefill",
                        "wrote " + page);
        assertThat(run.out()).containsPattern(" {20,}speckv-pc +full\n");
        assertThat(page).content().contains("4817263");
    }

    @Test
    void aTextAndItsQuestionGoTogetherAndHideNothing() throws IOException {
        String text = Files.writeString(folder.resolve("text.txt"), "a text").toString();

        for (CommandRun half : List.of(demo("--file", text), demo("--question", "Who?"))) {
            assertThat(half.status()).isEqualTo(2);
            assertThat(half.err()).isEqualTo("speckv: --file and --question go together" + System.lineSeparator());
        }
        CommandRun seeded = demo("--file", text, "--question", "Who?", "--seed", "7");
        assertThat(seeded.status()).isEqualTo(2);
        assertThat(seeded.err()).contains("--seed hides a number in the project's licence: leave it out with --file");
    }
}
