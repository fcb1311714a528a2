package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.TargetAbilities;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A router whose target keeps every KV pair and renumbers what it reads, as other engines do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeepingTargetTest {
    private final RouterRig rig = RouterRig.start("--compress-from=30");

    KeepingTargetTest() {
        rig.target.abilities = TargetAbilities.newBuilder()
                .setResponseFormat(true)
                .setPriority(true)
                .build();
        RouterRig.await(
                () -> rig.blocking().describe(DescribeRequest.getDefaultInstance()).getMethodsList().stream()
                        .noneMatch(method -> method.getName().equals("snapkv")),
                "the target's abilities are not known");
    }

    @AfterAll
    void close() {
        rig.close();
    }

    private FakeTarget.Call call(String id) {
        return rig.target.calls.stream()
                .filter(made -> made.start().getRequestId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private CompressionReport answered(GenerateRequest.Builder request, String id) {
        GenerateOnceResponse answer = rig.once(request.setRequestId(id).build());
        return answer.getFinished().getCompression();
    }

    @Test
    void theCascadesFirstStageIsAppliedAndScoresWithAllLookahead() {
        CompressionReport report = answered(RouterRig.request("speckv-pc"), "cascade");
        Method method = call("cascade").start().getMethod();

        assertThat(report.getRequestedMethod()).isEqualTo("speckv-pc");
        assertThat(report.getAppliedMethod()).isEqualTo("specpc");
        assertThat(report.getFallbackReason()).isEqualTo(FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE);
        assertThat(method.getName()).isEqualTo("specpc");
        assertThat(MethodSettings.toMap(method))
                .containsEntry("max_capacity_prompt", 10)
                .containsEntry("window_size", 2);
        assertThat(call("cascade").start().getPrompt().getTokenIdsCount()).isEqualTo(10);
    }

    @Test
    void aCacheStageAloneIsAnsweredAsThePolicySays() {
        CompressionReport report = answered(RouterRig.request("snapkv"), "snapkv");
        assertThat(report.getAppliedMethod()).isEqualTo("full");
        assertThat(report.getFallbackReason()).isEqualTo(FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE);
        assertThat(call("snapkv").start().getMethod().getName()).isEqualTo("full");

        var failure = rig.failure(RouterRig.request("snapkv")
                .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                .build());
        assertThat(failure.code()).contains(FailureCode.FIELD_INVALID);
        assertThat(failure.fields()).containsExactly("method.name");
    }

    @Test
    void keptTokensAreRenumberedAndSaidToBe() {
        GenerateRequest.Builder request = RouterRig.request("specprefill")
                .setMethod(Method.newBuilder()
                        .setName("specprefill")
                        .setExtraSettings(io.speckv.kit.wire.Structs.toProto(Map.of(
                                "max_capacity_prompt", 10, "chunk_size", 2, "kernel_size", 1, "lookahead_tokens", 1))));
        CompressionReport report = answered(request, "positions");

        assertThat(report.getFallbackReason())
                .isEqualTo(FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_ORIGINAL_POSITIONS);
        assertThat(call("positions").start().getPrompt().getPositionRule())
                .isEqualTo(PositionRule.POSITION_RULE_RENUMBERED);
    }

    @Test
    void aShortPromptPassesWholeWhereItsRequestNamesNoMethod() {
        GenerateRequest.Builder request =
                RouterRig.request("full").clearMethod().setPrompt(RouterRig.prompt(29));
        CompressionReport report = answered(request, "short");

        assertThat(report.getAppliedMethod()).isEqualTo("full");
        assertThat(report.getFallbackReason()).isEqualTo(FallbackReason.FALLBACK_REASON_SHORT_PROMPT);
        assertThat(answered(RouterRig.request("specpc").setPrompt(RouterRig.prompt(29)), "named")
                        .getAppliedMethod())
                .isEqualTo("specpc");
    }

    @Test
    void anExplanationTellsWhatWouldBeApplied() {
        ExplainResponse explained = rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(RouterRig.prompt(40))
                        .setMethod(RouterRig.method("speckv-pc"))
                        .build());

        assertThat(explained.getCompression().getAppliedMethod()).isEqualTo("specpc");
        assertThat(explained.getCompression().getFallbackReason())
                .isEqualTo(FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE);
        assertThat(explained.getAppliedSettings().getFieldsMap()).containsKey("max_capacity_prompt");
    }

    @Test
    void methodsThatLeaveNothingToDoAreNotOffered() {
        assertThat(rig.blocking().describe(DescribeRequest.getDefaultInstance()).getMethodsList())
                .extracting(MethodDescription::getName)
                .contains("full", "specpc", "speckv-pc", "truncate")
                .doesNotContain("speckv", "snapkv", "h2o", "laq++");
    }

    @Test
    void whatTheEngineIsToldIsPassedOnOrRefusedByName() {
        GenerateRequest.Builder request = RouterRig.request("full").setRequestId("told");
        request.getEngineBuilder().setPriority(-3);
        rig.once(request.build());
        assertThat(call("told").start().getEngine().getPriority()).isEqualTo(-3);

        request.getEngineBuilder().setCacheSalt("salt");
        assertThat(rig.failure(request.build()).fields())
                .as("this engine has no salt")
                .containsExactly("engine.cache_salt");
        try (RouterRig ours = RouterRig.start()) {
            assertThat(ours.failure(request.build()).fields()).containsExactly("engine.priority");
        }
    }

    @Test
    void aFormOfTheAnswerIsPassedOnOrRefusedByName() {
        GenerateRequest.Builder request = RouterRig.request("full").setRequestId("form");
        request.getSamplingBuilder()
                .setResponseFormat(ResponseFormat.newBuilder().setJsonObject(true));
        rig.once(request.build());
        assertThat(call("form").start().getSampling().getResponseFormat().getJsonObject())
                .isTrue();

        try (RouterRig ours = RouterRig.start()) {
            assertThat(ours.failure(request.build()).fields()).containsExactly("sampling.response_format");
        }
        request.getSamplingBuilder().getResponseFormatBuilder().setJsonSchema("{");
        assertThat(rig.failure(request.build()).fields()).containsExactly("sampling.response_format.json_schema");
    }

    @Test
    void anAnswerWithoutKvFiguresHasNone() {
        assertThat(answered(RouterRig.request("full"), "figures").hasKv()).isFalse();
    }
}
