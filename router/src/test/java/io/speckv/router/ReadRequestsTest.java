package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.router.request.RequestReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link RequestReader} makes of fields that are unset, and which limits it holds them to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadRequestsTest {
    private final RouterRig rig = RouterRig.start();

    @AfterAll
    void close() {
        rig.close();
    }

    private static GenerateRequest.Builder sampled(int least, int most) {
        GenerateRequest.Builder request = RouterRig.request("full");
        request.getSamplingBuilder().setMinNewTokens(least).setMaxNewTokens(most);
        return request;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0 | 5001 | sampling.max_new_tokens is 5001, must be 1 to 5000
        5 | 4    | sampling.min_new_tokens is 5, must be 0 to 4
        """)
    void anAnswersLengthIsWithinTheTargetsAndItself(int least, int most, String message) {
        RemoteFailure failure = rig.failure(sampled(least, most).build());

        assertThat(failure.code()).contains(FailureCode.FIELD_INVALID);
        assertThat(failure.message()).isEqualTo(message);
    }

    @Test
    void aLengthThatIsUnsetIsBoundedAllTheSame() {
        GenerateRequest.Builder unset = RouterRig.request("full").setRequestId("unset");
        unset.getSamplingBuilder().clearMaxNewTokens();
        rig.once(unset.build());

        assertThat(rig.target.calls)
                .filteredOn(call -> call.start().getRequestId().equals("unset"))
                .singleElement()
                .satisfies(call ->
                        assertThat(call.start().getSampling().getMaxNewTokens()).isBetween(1, 5000));
    }

    @Test
    void aRequestWithoutAnIdIsGivenOneOfItsOwn() {
        GenerateOnceResponse first = rig.once(RouterRig.request("full").build());
        GenerateOnceResponse second = rig.once(RouterRig.request("full").build());

        assertThat(first.getStarted().getRequestId())
                .isNotEmpty()
                .isNotEqualTo(second.getStarted().getRequestId());
    }

    @Test
    void aFormThatTheTargetCannotHoldAnAnswerToIsRefused() {
        GenerateRequest.Builder formed = RouterRig.request("full");
        formed.getSamplingBuilder().getResponseFormatBuilder().setJsonObject(true);

        assertThat(rig.failure(formed.build()).fields()).containsExactly("sampling.response_format");
    }

    /** What a method shortens may be as long as its draft takes. */
    @Test
    void aPromptMayBeLongerThanTheTargetTakesWhereTheMethodShortensIt() {
        GenerateRequest.Builder shortened = RouterRig.request("specpc").setPrompt(RouterRig.prompt(1000));
        assertThat(rig.once(shortened.build()).getFinished().getUsage().getKeptTokenCount())
                .isEqualTo(10);
        assertThat(rig.failure(RouterRig.request("snapkv")
                                .setPrompt(RouterRig.prompt(201))
                                .build())
                        .message())
                .isEqualTo("prompt has 201 tokens, must have at most 200: as many as the target takes");
    }

    @Test
    void aTextFarBeyondWhatTheDraftTakesIsRefusedByItsLimit() {
        GenerateRequest.Builder endless = RouterRig.request("specpc");
        endless.getPromptBuilder().setText("x".repeat(70_000));

        assertThat(rig.failure(endless.build()).message())
                .isEqualTo("prompt has more than 65536 tokens, must have at most 1000: as many as the draft takes");
        GenerateRequest.Builder cut = endless.clone();
        cut.getMethodBuilder()
                .setName("truncate")
                .getSettingsBuilder()
                .clearWindowSize()
                .clearKernelSize();
        assertThat(rig.once(cut.build()).getFinished().getUsage().getKeptTokenCount())
                .as("a method that needs no draft shortens any")
                .isEqualTo(10);
    }

    @Test
    void aFallbackThatIsNotKnownIsRefusedWithThoseThatAre() {
        RemoteFailure failure =
                rig.failure(RouterRig.request("full").setFallbackValue(77).build());

        assertThat(failure.fields()).containsExactly("fallback");
        for (FallbackPolicy policy : FallbackPolicy.values()) {
            if (policy != FallbackPolicy.UNRECOGNIZED && policy != FallbackPolicy.FALLBACK_POLICY_UNSPECIFIED) {
                assertThat(failure.message()).contains(policy.name().substring("FALLBACK_POLICY".length()));
            }
        }
    }
}
