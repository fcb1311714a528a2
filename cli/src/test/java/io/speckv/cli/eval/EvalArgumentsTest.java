package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.evals.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What all evaluations refuse before a model is opened, and what they take from their options. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class EvalArgumentsTest {
    private static final String TARGET = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models/speckv-tiny-target")
            .toString();

    @Command(name = "evaluates")
    private static final class Evaluates {
        @Mixin
        EvalArguments eval = new EvalArguments();
    }

    private static EvalArguments given(String... arguments) {
        return CommandLine.populateCommand(new Evaluates(), arguments).eval;
    }

    private static CommandRun ruler(String options) {
        List<String> all = new ArrayList<>(List.of("eval", "ruler", "--target", TARGET));
        all.addAll(Arrays.asList(options.split(" ")));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        --router localhost:1 --draft .       | --draft is for a pair in this process; the router has its own
        --router localhost:1 --dtype fp32    | --dtype is for a pair in this process; the router has its own
        --router localhost:1 --device cpu    | --device is for a pair in this process; the router has its own
        --router localhost:1 --kernels plain | --kernels is for a pair in this process; the router has its own
        --router localhost:1 --cpu-threads 2 | --cpu-threads is for a pair in this process; the router has its own
        --tls                                | --tls is about a router and needs --router
        --model big                          | --model is about a router and needs --router
        --timeout 5                          | --timeout is about a router and needs --router
        --set window_size=8                  | --set window_size must begin with a method and a dot; there are [full,
        --set .window_size=8                 | --set .window_size must begin with a method and a dot; there are [full,
        --set snap.window_size=8             | --set snap.window_size must begin with a method and a dot; there are [full,
        --methods full --set h2o.a=1         | h2o.a = 1: is a setting of none of the methods [full]
        --set speckv.window=1                | window = 1: is not a key here; the keys are [
        --set speckv.window_size=999         | window_size = 999: must be below the budget (128)
        --methods snapkv@papers              | papers
        --methods none                       | none
        --router localhost:1 --methods none  | none
        --device gpu                         | gpu
        """)
    void areRefusedBeforeAModelIsOpenedOrARouterAsked(String options, String message) {
        CommandRun run = ruler(options);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: ").contains(message).doesNotContain("defect", "no router answers");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void everyMethodIsMeasuredOnceWithEveryBudgetAndTheFullCacheWithNone() {
        assertThat(given("--methods", "snapkv,full,speckv@paper,snapkv", "--budgets", "64,32,64")
                        .grid())
                .containsExactly(
                        new Setting("snapkv", 64),
                        new Setting("snapkv", 32),
                        Setting.fullCache(),
                        new Setting("speckv@paper", 64),
                        new Setting("speckv@paper", 32));
    }

    @Test
    void asManySamplesAreAnsweredAtATimeAsThereAreProcessorsOrAsARouterTakes() {
        assertThat(given().atATime()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(given("--router", "localhost:1").atATime()).isEqualTo(4);
        assertThat(given("--router", "localhost:1", "--threads", "7").atATime()).isEqualTo(7);
    }

    @Test
    void anUnfinishedRunSaysHowFarItCame() {
        assertThat(EvalArguments.unfinished("3", 12))
                .isEqualTo("note: stopped after 3 of 12 prompts; the same command goes on");
        assertThat(EvalArguments.journal(Path.of("runs"))).isEqualTo(Path.of("runs/journal.jsonl"));
    }
}
