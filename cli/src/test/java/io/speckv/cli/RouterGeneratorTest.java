package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.client.RouterClient;
import io.speckv.evals.Generator.Generated;
import io.speckv.evals.Generator.Request;
import io.speckv.evals.MethodSettings;
import io.speckv.evals.PromptTokens;
import io.speckv.evals.Setting;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.selection.method.Methods;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an evaluation asks of a router whose answers are known. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterGeneratorTest {
    private final FakeRouter router = FakeRouter.answering();
    private final Tokenizer tokenizer = Tokenizer.open(Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target"));

    @AfterAll
    void stop() {
        tokenizer.close();
        router.close();
    }

    static List<String> methods() {
        return Methods.names();
    }

    private List<Generated> answers(MethodSettings settings, Setting... asked) {
        try (RouterClient client = new ConnectionArguments().open(router.address())) {
            return new RouterGenerator(client, "big", PromptTokens.plain(tokenizer), settings)
                    .generate(new Request(List.of(asked), "where is it?", false, 7));
        }
    }

    private GenerateRequest lastAsked() {
        return router.asked.get(router.asked.size() - 1);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theRouterBuildsTheMethodThatAPairInThisProcessWouldRun(String name) {
        Setting setting = new Setting(name, name.equals(Setting.FULL) ? Setting.WHOLE_CACHE : 96);
        MethodSettings settings =
                new MethodSettings(Map.of("snapkv.kernel_size", 21, "specpc.window_size", 16, "speckv.window_size", 8));
        answers(settings, setting);

        Map<String, Object> asTheRouterReadsIt =
                io.speckv.kit.wire.MethodSettings.toMap(lastAsked().getMethod());
        assertThat(lastAsked().getMethod().getName()).isEqualTo(name);
        assertThat(Methods.of(name, asTheRouterReadsIt)).isEqualTo(settings.method(setting));
    }

    @Test
    void anAnswerIsGreedyAndTheMethodsOwn() {
        List<Generated> answers = answers(new MethodSettings(Map.of()), new Setting("speckv", 64));

        assertThat(lastAsked().getFallback()).isEqualTo(FallbackPolicy.FALLBACK_POLICY_FAIL);
        assertThat(lastAsked().getSampling().getTemperature()).isZero();
        assertThat(lastAsked().getSampling().hasTemperature()).isTrue();
        assertThat(lastAsked().getSampling().getMaxNewTokens()).isEqualTo(7);
        assertThat(lastAsked().getModel()).isEqualTo("big");
        assertThat(answers).hasSize(1);
        Generated answer = answers.get(0);
        assertThat(answer.text()).isEqualTo("one two");
        assertThat(answer.promptTokens())
                .isEqualTo(lastAsked().getPrompt().getTokenIds().getIdsCount())
                .isPositive();
        assertThat(answer.newTokens()).isEqualTo(2);
        assertThat(answer.firstTokenMillis()).isPositive().isLessThanOrEqualTo(answer.totalMillis());
    }
}
