package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.StageSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.router.request.FallbackRules;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A router that has no draft, and whose {@link FallbackRules} guess lookahead from each prompt's n-grams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NgramFallbackTest {
    private final RouterRig rig = RouterRig.startWithoutDraft(
            "--fallback.policy=ngram",
            "--fallback.speckv={max_capacity_prompt: 12, window_size: 4, kernel_size: 3}",
            "--fallback.ngram-tokens=6");

    @AfterAll
    void close() {
        rig.close();
    }

    /** A request for so many tokens after 0 to 19, said twice. */
    private static GenerateRequest.Builder request(String method, int newTokens) {
        return RouterRig.request(method)
                .setPrompt(prompt(i -> i % 20))
                .setSampling(
                        SamplingSettings.newBuilder().setMaxNewTokens(newTokens).setIgnoreEos(true));
    }

    private static Prompt prompt(IntUnaryOperator token) {
        TokenIds.Builder tokens = TokenIds.newBuilder();
        IntStream.range(0, 40).map(token).forEach(tokens::addIds);
        return Prompt.newBuilder().setTokenIds(tokens).build();
    }

    private FakeTarget.Call answered(GenerateRequest.Builder request, String id) {
        GenerateOnceResponse answer = rig.once(request.setRequestId(id).build());
        CompressionReport report = answer.getFinished().getCompression();
        assertThat(report.getFallbackReason()).isEqualTo(FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE);
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(40);
        FakeTarget.Call call = rig.target.calls.stream()
                .filter(made -> made.start().getRequestId().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(report.getAppliedMethod()).isEqualTo(call.start().getMethod().getName());
        assertThat(report.getLookahead().getReceivedTokenCount())
                .isEqualTo(call.lookahead().size());
        return call;
    }

    @Test
    void aMethodThatNeedsScoresBecomesSpecKvWithTheRoutersSettings() {
        FakeTarget.Call call = answered(request("specpc", 4), "scores");

        Method method = call.start().getMethod();
        assertThat(method.getName()).isEqualTo("speckv");
        assertThat(MethodSettings.toMap(method)).containsEntry("max_capacity_prompt", 12);
        assertThat(call.lookahead()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aMethodThatNeedsOnlyLookaheadStaysAsTheRequestHasIt() {
        FakeTarget.Call call = answered(request("ada-speckv", 3), "lookahead");

        Method method = call.start().getMethod();
        assertThat(method.getName()).isEqualTo("ada-speckv");
        assertThat(MethodSettings.toMap(method)).containsEntry("max_capacity_prompt", 10);
        assertThat(call.lookahead()).containsExactly(0, 1, 2);
    }

    @Test
    void theSettingBoundsTheLookahead() {
        assertThat(answered(request("specpc", 50), "long").lookahead()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aSettingBeyondTheTargetsLimitIsBoundByThatLimit() {
        try (RouterRig generous =
                RouterRig.startWithoutDraft("--fallback.policy=ngram", "--fallback.ngram-tokens=1000")) {
            GenerateOnceResponse answer =
                    generous.once(request("ada-speckv", 50).build());

            assertThat(answer.getFinished().getCompression().getLookahead().getReceivedTokenCount())
                    .isEqualTo(generous.target.maxLookaheadTokens);
        }
    }

    @Test
    void theLookaheadEndsAtAStopToken() {
        GenerateRequest.Builder request = request("specpc", 50);
        request.getSamplingBuilder().addStopTokenIds(2);

        assertThat(answered(request, "stop").lookahead()).containsExactly(0, 1, 2);
    }

    @Test
    void aPromptThatRepeatsNothingHasNoLookahead() {
        assertThat(answered(request("specpc", 4).setPrompt(RouterRig.prompt(40)), "new")
                        .lookahead())
                .isEmpty();
    }

    @Test
    void oneRequestsTokensNeverReachAnother() {
        FakeTarget.Call before = answered(request("specpc", 4), "before");
        // After 18 and 19, which end the other prompt, this one says 77 many times.
        FakeTarget.Call between =
                answered(request("specpc", 4).setPrompt(prompt(i -> i % 3 == 2 ? 77 : 18 + i % 3)), "between");
        assertThat(between.lookahead()).startsWith(19, 77, 18);

        assertThat(answered(request("specpc", 4), "after").lookahead()).isEqualTo(before.lookahead());
    }

    @Test
    void aPromptThatFitsTheBudgetIsAnsweredOnItsFullCache() {
        GenerateRequest.Builder request = request("specpc", 4)
                .setPrompt(RouterRig.prompt(40))
                .setMethod(Method.newBuilder()
                        .setName("speckv")
                        .setSettings(StageSettings.newBuilder().setMaxCapacityPrompt(100)));
        GenerateOnceResponse answer = rig.once(request.build());

        assertThat(answer.getFinished().getCompression().getFallbackReason())
                .isEqualTo(FallbackReason.FALLBACK_REASON_UNSPECIFIED);
    }

    @Test
    void aRequestMayStillAskForTheFullCacheInstead() {
        GenerateOnceResponse answer = rig.once(request("specpc", 4)
                .setFallback(FallbackPolicy.FALLBACK_POLICY_FULL)
                .build());

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("full");
        assertThat(answer.getFinished().getCompression().getLookahead().getReceivedTokenCount())
                .isZero();
    }
}
