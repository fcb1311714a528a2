package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.FakeRouter;
import io.speckv.cli.client.RouterClient;
import io.speckv.cli.options.ConnectionArguments;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.Generator.Generated;
import io.speckv.evals.Generator.Request;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.TokenUsage;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an evaluation asks of a router whose answers are known. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterGeneratorTest {
    private static final MethodOverrides DEFAULTS = new MethodOverrides(Map.of());

    private final Tokenizer tokenizer = Tokenizer.open(Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target"));

    @AfterAll
    void stop() {
        tokenizer.close();
    }

    private List<Generated> answers(FakeRouter router, Setting asked) throws IOException {
        ServedMethods methods = ServedMethods.of(DEFAULTS, List.of(asked), ServedMethodsTest.offeringAll());
        try (RouterClient client = new ConnectionArguments().open(router.address())) {
            return new RouterGenerator(
                            new RouterAnswers(client, "big", methods, Protection.getDefaultInstance()),
                            PromptTokenizer.plain(tokenizer))
                    .generate(new Request(List.of(asked), new EvalPrompt.Text("a", "where is it?", false), 7));
        }
    }

    @Test
    void anAnswerIsGreedyAndTheMethodsOwn() throws IOException {
        try (FakeRouter router = FakeRouter.answering()) {
            List<Generated> answers = answers(router, new Setting("speckv", 64));

            GenerateRequest asked = router.asked().get(0);
            assertThat(asked.getFallback()).isEqualTo(FallbackPolicy.FALLBACK_POLICY_FAIL);
            assertThat(asked.getSampling().getTemperature()).isZero();
            assertThat(asked.getSampling().hasTemperature()).isTrue();
            assertThat(asked.getSampling().getMaxNewTokens()).isEqualTo(7);
            assertThat(MethodSettings.toMap(asked.getMethod())).containsEntry("max_capacity_prompt", 64);
            assertThat(asked.getModel()).isEqualTo("big");
            assertThat(answers).hasSize(1);
            Generated answer = answers.get(0);
            assertThat(answer.text()).isEqualTo("one two");
            assertThat(answer.promptTokens())
                    .isEqualTo(asked.getPrompt().getTokenIds().getIdsCount())
                    .isPositive();
            assertThat(answer.newTokens()).isEqualTo(2);
            assertThat(answer.firstTokenMillis()).isPositive().isLessThanOrEqualTo(answer.totalMillis());
        }
    }

    @Test
    void anAnswerWhoseLookaheadCameTooLateIsNoneOfAMethodThatChoosesByIt() throws IOException {
        GenerateFinished late = GenerateFinished.newBuilder()
                .setUsage(TokenUsage.newBuilder().setKeptTokenCount(2000))
                .setCompression(CompressionReport.newBuilder()
                        .setLookahead(LookaheadUsage.newBuilder().setArrivedLate(true)))
                .build();
        try (FakeRouter router = FakeRouter.finishing(late)) {
            assertThatThrownBy(() -> answers(router, new Setting("speckv", 64)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("speckv with budget 64")
                    .hasMessageContaining("--threads");
            assertThatThrownBy(() -> answers(router, new Setting("speckv-pc", 64)))
                    .hasMessageContaining("speckv-pc with budget 64");
            assertThat(answers(router, new Setting("specpc", 96))).hasSize(1);
        }
    }

    @Test
    void anAnswerThatTheContextCutOffIsRefused() {
        GenerateFinished full = GenerateFinished.newBuilder()
                .setFinishReason(FinishReason.FINISH_REASON_CONTEXT_FULL)
                .build();
        try (FakeRouter router = FakeRouter.finishing(full)) {
            assertThatThrownBy(() -> answers(router, new Setting("snapkv", 64)))
                    .hasMessageContaining("cut off where the target's context ended");
        }
    }
}
