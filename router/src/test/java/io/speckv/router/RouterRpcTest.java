package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.DetokenizeRequest;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods of {@link RouterService} besides those that generate. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouterRpcTest {
    private final RouterRig rig = RouterRig.start(
            "--method.name=specpc",
            "--method.settings={max_capacity_prompt: 12, window_size: 4}",
            "--fallback.policy=snapkv");

    @AfterAll
    void close() {
        rig.close();
    }

    @Test
    void explainTellsEveryTokensScoreAndWhetherItStays() {
        ExplainResponse explained = rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(RouterRig.prompt(40))
                        .setMethod(RouterRig.method("specpc"))
                        .build());

        assertThat(explained.getScoresList())
                .isEqualTo(IntStream.range(0, 40).mapToObj(i -> (float) i).toList());
        assertThat(explained.getKeptList())
                .isEqualTo(IntStream.range(0, 40).mapToObj(i -> i >= 30).toList());
        Struct settings = explained.getAppliedSettings();
        assertThat(settings.getFieldsOrThrow("max_capacity_prompt").getNumberValue())
                .isEqualTo(10);
        assertThat(settings.getFieldsOrThrow("weighted_query").getBoolValue()).isTrue();
        assertThat(explained.getTraceId()).hasSize(32);
        assertThat(explained.getLookaheadText()).isNotEmpty();
    }

    /** Where the lookahead is as long as the answer, a draft scores by what it guesses of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void explainIsOfTheAnswerThatIsAskedFor(int newTokens) {
        Method method = RouterRig.method("specpc").toBuilder()
                .setExtraSettings(Structs.toProto(Collections.singletonMap("lookahead_tokens", null)))
                .build();
        rig.draft.requests.clear();
        rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(RouterRig.prompt(40))
                        .setMethod(method)
                        .setMaxNewTokens(newTokens)
                        .build());
        rig.once(GenerateRequest.newBuilder()
                .setPrompt(RouterRig.prompt(40))
                .setMethod(method)
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(newTokens))
                .build());

        assertThat(rig.draft.requests)
                .extracting(asked -> asked.getScoring().getLookaheadTokens())
                .containsExactly(newTokens, newTokens);
    }

    @Test
    void explainNamesItsOwnFieldOfALimitThatIsOutOfRange() {
        ExplainRequest none = ExplainRequest.newBuilder()
                .setPrompt(RouterRig.prompt(40))
                .setMaxNewTokens(0)
                .build();

        assertThatThrownBy(() -> rig.blocking().explain(none))
                .extracting(thrown -> RemoteFailure.of(thrown).orElseThrow())
                .satisfies(failure -> {
                    assertThat(failure.fields()).containsExactly("max_new_tokens");
                    assertThat(failure.message()).isEqualTo("max_new_tokens is 0, must be 1 to 5000");
                });
    }

    @Test
    void tokenizeAndDetokenizeAreInverse() {
        String text = "h\u00e4llo \ud83d\ude00 world";
        TokenizeResponse tokens = rig.blocking()
                .tokenize(TokenizeRequest.newBuilder()
                        .setPrompt(Prompt.newBuilder().setText(text))
                        .build());

        assertThat(tokens.getText()).isEqualTo(text);
        assertThat(tokens.getSpans().getStartsCount())
                .isEqualTo(tokens.getTokens().getIdsCount());
        assertThat(tokens.getSpans().getEnds(tokens.getSpans().getEndsCount() - 1))
                .isEqualTo(text.codePointCount(0, text.length()));
        assertThat(rig.blocking()
                        .detokenize(DetokenizeRequest.newBuilder()
                                .setTokens(tokens.getTokens())
                                .build())
                        .getText())
                .isEqualTo(text);
    }

    @Test
    void describeTellsModelsMethodsAndDefaults() {
        DescribeResponse described = rig.blocking().describe(DescribeRequest.getDefaultInstance());

        assertThat(described.getDefaultModel()).isEqualTo("fake-target");
        assertThat(described.getDrafts(0).getName()).isEqualTo("fake-draft");
        assertThat(described.getDefaultMethod()).isEqualTo("specpc");
        assertThat(described.getDefaultFallback()).isEqualTo(FallbackPolicy.FALLBACK_POLICY_SNAPKV);
        assertThat(described.getMethodsList())
                .allSatisfy(method -> assertThat(method.getSummary()).isNotEmpty())
                .extracting(MethodDescription::getName)
                .contains("full", "specpc", "speckv", "speckv-pc", "snapkv")
                .doesNotContain("llmlingua2");
        assertThat(described.getMethodsList())
                .filteredOn(MethodDescription::getNeedsDraft)
                .extracting(MethodDescription::getName)
                .containsExactlyInAnyOrder(
                        "specpc", "speckv", "speckv-pc", "ada-speckv", "corrected-speckv", "specprefill");
        MethodDescription specPc = described.getMethodsList().stream()
                .filter(method -> method.getName().equals("specpc"))
                .findFirst()
                .orElseThrow();
        assertThat(specPc.getDefaultSettings()
                        .getFieldsOrThrow("max_capacity_prompt")
                        .getNumberValue())
                .isEqualTo(12);
    }

    @Test
    void aRequestWithoutAMethodTakesTheRoutersOwn() {
        var answer = rig.once(RouterRig.request("full").clearMethod().build());

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("specpc");
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(12);
    }
}
