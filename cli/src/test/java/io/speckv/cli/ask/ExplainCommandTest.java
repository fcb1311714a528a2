package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.cli.FakeRouter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What {@link ExplainCommand} prints of an explanation and where its answer goes. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainCommandTest {
    private static final String KEPT = "keep[... 2 tokens dropped ...] keep\n";
    private static final String COUNT = "specpc keeps 2 of 4 tokens\n";

    private final FakeRouter router = FakeRouter.answering();

    @AfterAll
    void stop() {
        router.close();
    }

    private CommandRun explain(String... more) {
        List<String> all = new ArrayList<>(List.of("explain", "--prompt", "x", "--router", router.address()));
        all.addAll(Arrays.asList(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @Test
    void theAnswerStandsBelowWhatIsKept() {
        CommandRun run = explain("--answer", "--max-new-tokens", "7");

        assertThat(run.out()).isEqualTo(KEPT + "\nanswer: one two\n");
        assertThat(run.err()).contains("20 of 200 prompt tokens read").endsWith(COUNT);
        assertThat(router.asked().get(router.asked().size() - 1).getSampling().getMaxNewTokens())
                .isEqualTo(7);
    }

    @Test
    void aPageTakesThePlaceOfTheText(@TempDir Path folder) {
        Path page = folder.resolve("page.html");
        CommandRun run = explain("--html", page.toString());

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("wrote " + page + "\n" + COUNT);
        assertThat(page).content().contains("<html", "keep");
    }

    @Test
    void jsonIsTheExplanationAlone() {
        CommandRun run = explain("--json");

        assertThat(run.out().lines()).singleElement().asString().startsWith("{").contains("\"kept\":[true,");
        assertThat(run.err()).isEqualTo(COUNT);
    }

    @Test
    void anAnswerThatNothingWouldShowIsNotAskedFor(@TempDir Path folder) {
        int before = router.asked().size();
        CommandRun lost = explain("--json", "--answer");

        assertThat(lost.status()).isEqualTo(2);
        assertThat(lost.err()).contains("--json", "--answer", "generate --json");
        assertThat(router.asked()).hasSize(before);
        assertThat(explain(
                                "--json",
                                "--answer",
                                "--html",
                                folder.resolve("a.html").toString())
                        .status())
                .as("the page shows it")
                .isZero();
    }
}
