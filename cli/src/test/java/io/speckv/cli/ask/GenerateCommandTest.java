package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.CommandRun;
import io.speckv.cli.FakeRouter;
import io.speckv.cli.options.GivenOptions;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.TokenUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where {@link GenerateCommand} asks, and what each place has no use for, which {@link GivenOptions} refuses; what a router answers
 * is in ClientCommandsTest.
 */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class GenerateCommandTest {
    private static final String TARGET = Path.of(System.getProperty("speckv.golden"))
            .resolve("models/llama-target")
            .toString();
    private static final String HINT =
            "the model ended its answer at once; if it is trained to chat, --chat asks in its chat format";

    private static CommandRun generate(String... options) {
        List<String> all = new ArrayList<>(List.of("generate", "--prompt", "x"));
        all.addAll(Arrays.asList(options));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --router localhost:9000 | --router is about a router, and --target needs none
        --model big             | --model is about a router, and --target needs none
        --tls                   | --tls is about a router, and --target needs none
        --timeout 5             | --timeout is about a router, and --target needs none
        --fallback full         | --fallback needs a router, not --target
        --continue-drafting     | --continue-drafting needs a router, not --target
        --trace                 | --trace needs a router; with --target, --json tells the times
        --protect structure     | --protect, --turns and --recent-tokens need a router, not --target
        --turns frozen          | --protect, --turns and --recent-tokens need a router, not --target
        --recent-tokens 5       | --protect, --turns and --recent-tokens need a router, not --target
        """)
    void whatOnlyARouterDoesIsNotAskedOfAModelHere(String options, String message) {
        List<String> all = new ArrayList<>(List.of("--target", TARGET));
        all.addAll(Arrays.asList(options.split(" ")));
        CommandRun run = generate(all.toArray(new String[0]));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("speckv: " + message + System.lineSeparator());
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        --draft .         | --draft and --ngram-draft need --target; a router has its own draft
        --ngram-draft     | --draft and --ngram-draft need --target; a router has its own draft
        --dtype fp32      | --dtype needs --target; a router's models are open already
        --device cpu      | --device needs --target; a router's models are open already
        --kernels plain   | --kernels needs --target; a router's models are open already
        --cpu-threads 1   | --cpu-threads needs --target; a router's models are open already
        --fallback never  | --fallback is 'never'; write full, snapkv, ngram or fail
        """)
    void whatOnlyAModelHereDoesIsNotAskedOfARouter(String options, String message) {
        CommandRun run = generate(options.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("speckv: " + message + System.lineSeparator());
    }

    @Test
    void aRequestHasEveryOptionThatIsTheRouters() {
        try (FakeRouter router = FakeRouter.answering()) {
            String[] options = {"--router", router.address(), "--chat", "--fallback", "ngram", "--continue-drafting"};
            CommandRun run = generate(options);

            assertThat(run.status()).as(run.err()).isZero();
            GenerateRequest asked = router.asked().get(0);
            assertThat(asked.getPrompt().getChat().getMessages(0).getContent()).isEqualTo("x");
            assertThat(asked.getFallback()).isEqualTo(FallbackPolicy.FALLBACK_POLICY_NGRAM);
            assertThat(asked.getContinueDrafting()).isTrue();
        }
    }

    private static GenerateFinished ended(FinishReason reason, int tokens) {
        return GenerateFinished.newBuilder()
                .setFinishReason(reason)
                .setUsage(TokenUsage.newBuilder().setGeneratedTokenCount(tokens))
                .build();
    }

    private static String told(GenerateFinished finished, String... more) {
        try (FakeRouter router = FakeRouter.finishing(finished)) {
            List<String> all = new ArrayList<>(List.of("--router", router.address()));
            all.addAll(Arrays.asList(more));
            return generate(all.toArray(new String[0])).err();
        }
    }

    @Test
    void anAnswerThatEndsAtOnceMayWantTheChatFormat() {
        GenerateFinished atOnce = ended(FinishReason.FINISH_REASON_END_OF_TEXT, 1);

        assertThat(told(atOnce)).contains(HINT);
        assertThat(told(atOnce, "--json")).contains(HINT);
        assertThat(told(atOnce, "--chat")).as("it has the chat format").doesNotContain(HINT);
        assertThat(told(ended(FinishReason.FINISH_REASON_END_OF_TEXT, 2))).doesNotContain(HINT);
        assertThat(told(ended(FinishReason.FINISH_REASON_MAX_NEW_TOKENS, 1))).doesNotContain(HINT);
    }
}
