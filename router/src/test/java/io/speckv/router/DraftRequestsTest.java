package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenBias;
import io.speckv.router.request.DraftPlanner;
import io.speckv.text.Tokenizer;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What {@link DraftPlanner} asks a draft for, and which requests it cannot ask it for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DraftRequestsTest {
    private final RouterRig rig = RouterRig.start("--drafting.lookahead-time-limit=3s");

    @AfterAll
    void close() {
        rig.close();
    }

    private AnalyseRequest asked(GenerateRequest.Builder request) {
        rig.draft.requests.clear();
        rig.once(request.build());
        return rig.draft.requests.element();
    }

    private static TokenBias bias(int token) {
        return TokenBias.newBuilder().setTokenId(token).setBias(1).build();
    }

    @Test
    void aDraftGuessesGreedilyAndStopsWhereTheAnswerWould() {
        GenerateRequest.Builder request = RouterRig.request("speckv");
        request.getSamplingBuilder()
                .setTemperature(0.7f)
                .setTopK(3)
                .setSeed(5)
                .setIgnoreEos(false)
                .addStop("end")
                .addStopTokenIds(7)
                .addLogitBias(bias(9));

        assertThat(asked(request).getSampling())
                .isEqualTo(SamplingSettings.newBuilder()
                        .setIgnoreEos(false)
                        .addStop("end")
                        .addStopTokenIds(7)
                        .addLogitBias(bias(9))
                        .build());
    }

    /** A draft may have fewer tokens without a text, and would refuse the whole request. */
    @Test
    void tokensThatTheDraftHasNotAreLeftOut() {
        try (RouterRig smaller = RouterRig.start()) {
            smaller.draft.vocabSize = 200;
            AnalysisReuseTest.weights(smaller, "smaller");
            GenerateRequest.Builder request = RouterRig.request("speckv").setPrompt(RouterRig.prompt(40));
            request.getSamplingBuilder()
                    .addStopTokenIds(199)
                    .addStopTokenIds(200)
                    .addLogitBias(bias(200))
                    .addLogitBias(bias(199));
            smaller.once(request.build());
            SamplingSettings sampling = smaller.draft.requests.element().getSampling();

            assertThat(sampling.getStopTokenIdsList()).containsExactly(199);
            assertThat(sampling.getLogitBiasList()).containsExactly(bias(199));
        }
    }

    @Test
    void theLookaheadIsAsLongAsTheAnswerAndAtMostWhatBothTake() {
        GenerateRequest.Builder brief = RouterRig.request("speckv");
        assertThat(asked(brief).getLookaheadTokens()).isEqualTo(4);
        brief.getSamplingBuilder().setMaxNewTokens(50);
        assertThat(asked(brief).getLookaheadTokens()).isEqualTo(16);
    }

    @Test
    void onlyWhoDraftsIsGivenATimeForIt() {
        assertThat(asked(RouterRig.request("speckv")).getLookaheadTimeLimit()).isEqualTo(Durations.fromSeconds(3));
        GenerateRequest.Builder scored = RouterRig.request("specpc");
        assertThat(asked(scored).hasLookaheadTimeLimit())
                .as("a token that scores")
                .isTrue();
    }

    /** The paper's lookahead is never cut, neither by a time nor by a limit. */
    @Test
    void aMethodToTheLetterIsGivenNoTimeAndNoShorterLookahead() {
        GenerateRequest.Builder paper = RouterRig.request("speckv");
        paper.getMethodBuilder().setPreset("paper");
        AnalyseRequest asked = asked(paper);
        assertThat(asked.hasLookaheadTimeLimit()).isFalse();

        paper.getSamplingBuilder().setMaxNewTokens(17);
        RemoteFailure failure = rig.failure(paper.build());
        assertThat(failure.fields()).containsExactly("method");
        assertThat(failure.message())
                .isEqualTo("method asks for 17 lookahead tokens, must be at most 16, which draft and target both take");
    }

    @Test
    void aPromptThatTheDraftDoesNotTakeIsNotSentThere() {
        try (RouterRig brief = RouterRig.start()) {
            brief.draft.maxPromptTokens = 39;
            AnalysisReuseTest.weights(brief, "brief");
            CompressionReport report = brief.once(RouterRig.request("specpc").build())
                    .getFinished()
                    .getCompression();
            assertThat(report.getFallbackReason()).isEqualTo(FallbackReason.FALLBACK_REASON_PROMPT_TOO_LONG_FOR_DRAFT);
            RemoteFailure failure = brief.failure(RouterRig.request("specpc")
                    .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                    .build());

            assertThat(failure.code()).contains(FailureCode.PROMPT_TOO_LONG);
            assertThat(failure.message()).contains("the prompt has 40 tokens, the draft takes 39");
            assertThat(brief.draft.requests).isEmpty();
        }
    }

    /** Word pieces are fewer than bytes, so this is a matter of the draft's own tokens. */
    @Test
    void aDraftOfAnotherTokenizerReadsTheSameTextInItsOwnTokens() {
        try (Tokenizer pieces = Tokenizer.open(OtherTokenizerTest.PIECES);
                RouterRig other = RouterRig.start("--tokenizer.draft=" + OtherTokenizerTest.PIECES)) {
            other.draft.vocabSize = pieces.vocabSize();
            other.draft.fingerprint = pieces.fingerprint();
            other.draft.maxPromptTokens = 20;
            AnalysisReuseTest.weights(other, "pieces");
            String text = "The quick brown fox jumps over the lazy dog.";
            GenerateRequest.Builder request = RouterRig.request("speckv");
            request.getPromptBuilder().setText(text);
            request.getSamplingBuilder().addStop("x").addStopTokenIds(7).addLogitBias(bias(9));
            other.once(request.build());
            AnalyseRequest asked = other.draft.requests.element();

            assertThat(asked.getTokenIds().getIdsList()).hasSizeLessThan(20);
            assertThat(asked.getTokenizerFingerprint()).isEqualTo(pieces.fingerprint());
            assertThat(asked.getSampling().getStopList()).containsExactly("x");
            assertThat(asked.getSampling().getStopTokenIdsList())
                    .as("ids of the other vocabulary")
                    .isEmpty();
            assertThat(asked.getSampling().getLogitBiasList()).isEmpty();

            request.getPromptBuilder().setText(text.repeat(4));
            assertThat(withoutFallback(other, request))
                    .contains("the prompt has more than the 20 tokens that the draft takes");
            request.getPromptBuilder().getTokenIdsBuilder().addAllIds(Collections.nCopies(40, 0xC3));
            assertThat(withoutFallback(other, request))
                    .as("halves of characters, which no text spells")
                    .contains("prompt.token_ids cannot reach the draft");
        }
    }

    private static String withoutFallback(RouterRig rig, GenerateRequest.Builder request) {
        GenerateRequest.Builder strict = request.clone().setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL);
        strict.getSamplingBuilder().clearStopTokenIds().clearLogitBias();
        return rig.failure(strict.build()).message();
    }
}
