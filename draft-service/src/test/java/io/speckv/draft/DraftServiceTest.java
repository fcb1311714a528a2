package io.speckv.draft;

import static io.speckv.draft.LoopbackDraft.prompt;
import static io.speckv.draft.LoopbackDraft.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.util.Durations;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseResponse.EventCase;
import io.speckv.proto.v1.AttentionScoring;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.SamplingSettings;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Analyses one at a time: what {@link AnalysisReply} sends of each and when, and which requests are refused. */
class DraftServiceTest {
    private static final LoopbackDraft DRAFT = LoopbackDraft.start(
            "llama-draft", "--limits.lookahead-tokens=150", "--queue.requests=2", "--model.row-block=256");
    private static final SamplingSettings NEVER_ENDING =
            SamplingSettings.newBuilder().setIgnoreEos(true).build();

    @AfterAll
    static void stop() {
        DRAFT.close();
    }

    @Test
    void describesItsModelAndLimits() {
        DraftServiceDescribeResponse description =
                DRAFT.blocking().describe(DraftServiceDescribeRequest.getDefaultInstance());

        assertThat(description.getModel().getName()).isEqualTo("llama-draft");
        assertThat(description.getModel().getVocabSize()).isEqualTo(264);
        assertThat(description.getModel().getTokenizerFingerprint()).hasSize(64);
        assertThat(description.getModel().getMaxPromptTokenCount()).isEqualTo(8000);
        assertThat(description.getModel().getKvBytesPerToken()).isEqualTo(2 * 2 * 16 * 4);
        assertThat(description.getMaxLookaheadTokenCount()).isEqualTo(150);
    }

    @Test
    void servesOnlyOnceItIsWarm() {
        HealthCheckRequest request = HealthCheckRequest.newBuilder()
                .setService("speckv.v1.DraftService")
                .build();

        assertThat(HealthGrpc.newBlockingStub(DRAFT.channel()).check(request).getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void sendsScoresBeforeTheFirstLookaheadTokenWhenThePrefillAloneCounts() {
        List<AnalyseResponse> answer = DRAFT.analyse(request(prompt(100))
                .setScoring(scoring())
                .setLookaheadTokens(3)
                .setSampling(NEVER_ENDING)
                .build());

        assertThat(answer)
                .extracting(AnalyseResponse::getEventCase)
                .containsExactly(
                        EventCase.IMPORTANCE,
                        EventCase.LOOKAHEAD,
                        EventCase.LOOKAHEAD,
                        EventCase.LOOKAHEAD,
                        EventCase.LOOKAHEAD,
                        EventCase.SUMMARY);
        assertThat(answer.get(4).getLookahead().getTokens().getFirstIndex()).isEqualTo(3);
    }

    @Test
    void scoresTheSameHoweverManyTokensAreDraftedAfterwards() {
        AttentionScoring twoSteps = scoring().setLookaheadTokens(2).build();
        AnalyseRequest.Builder few = request(prompt(90)).setScoring(twoSteps).setSampling(NEVER_ENDING);
        AnalyseResponse alone = DRAFT.analyse(few.build()).get(1);
        List<AnalyseResponse> more = DRAFT.analyse(few.setLookaheadTokens(20).build());

        assertThat(more).filteredOn(AnalyseResponse::hasImportance).hasSize(1);
        assertThat(alone.getEventCase()).isEqualTo(EventCase.IMPORTANCE);
        assertThat(more.get(1)).isEqualTo(alone);
        assertThat(LoopbackDraft.lookahead(more)).hasSize(22);
    }

    @Test
    void tokenizesTextAndSaysWhereEachTokenStands() {
        List<AnalyseResponse> answer = DRAFT.analyse(AnalyseRequest.newBuilder()
                .setText("a\uD83D\uDE00b")
                .setLookaheadTokens(2)
                .setSampling(NEVER_ENDING)
                .build());

        var prompt = answer.get(0).getPrompt();
        int count = prompt.getTokens().getIdsCount();
        assertThat(prompt.getTokens().getIdsList()).endsWith((int) 'b');
        assertThat(prompt.getSpans().getStarts(count - 1)).isEqualTo(2);
        assertThat(prompt.getSpans().getEnds(count - 1)).isEqualTo(3);
        assertThat(answer.get(answer.size() - 1).getSummary().getPromptTokenCount())
                .isEqualTo(count);
    }

    @Test
    void saysThatAStopTextOrTokenEndedTheDraft() {
        int[] drafted = LoopbackDraft.lookahead(DRAFT.analyse(request(prompt(50))
                .setLookaheadTokens(6)
                .setSampling(NEVER_ENDING)
                .build()));
        List<AnalyseResponse> stopped = DRAFT.analyse(request(prompt(50))
                .setLookaheadTokens(6)
                .setSampling(NEVER_ENDING.toBuilder().addStopTokenIds(drafted[2]))
                .build());

        assertThat(stopped.get(stopped.size() - 1).getSummary().getFinishReason())
                .isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(LoopbackDraft.lookahead(stopped)).endsWith(drafted[2]).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void sendsWhatItDraftedWhenTheTimeLimitPasses() {
        List<AnalyseResponse> answer = DRAFT.analyse(request(prompt(50))
                .setLookaheadTokens(150)
                .setSampling(NEVER_ENDING)
                .setLookaheadTimeLimit(Durations.fromMillis(1))
                .build());

        int drafted = LoopbackDraft.lookahead(answer).length;
        assertThat(drafted).isBetween(1, 149);
        assertThat(answer.get(answer.size() - 1).getSummary().getLookaheadTokenCount())
                .isEqualTo(drafted);
    }

    static Stream<Arguments> badRequests() {
        AnalyseRequest.Builder good = request(prompt(20)).setScoring(scoring());
        return Stream.of(
                bad(good.clone().clearPrompt(), FailureCode.FIELD_INVALID, "prompt"),
                bad(request(), FailureCode.FIELD_INVALID, "token_ids.ids"),
                bad(request(1, 2, 264), FailureCode.TOKEN_OUT_OF_VOCAB, "token_ids.ids[2]"),
                bad(request(-1), FailureCode.TOKEN_OUT_OF_VOCAB, "token_ids.ids[0]"),
                bad(request(prompt(8001)), FailureCode.PROMPT_TOO_LONG, "token_ids.ids"),
                bad(
                        good.clone().setTokenizerFingerprint("0badc0de"),
                        FailureCode.TOKENIZER_MISMATCH,
                        "tokenizer_fingerprint"),
                bad(
                        good.clone().setScoring(AttentionScoring.getDefaultInstance()),
                        FailureCode.FIELD_INVALID,
                        "scoring.window_size"),
                bad(
                        good.clone().setScoring(scoring().setMeanPoolKernel(4)),
                        FailureCode.FIELD_INVALID,
                        "scoring.mean_pool_kernel"),
                bad(
                        good.clone().setScoring(scoring().setStartingLayerIndex(2)),
                        FailureCode.FIELD_INVALID,
                        "scoring.starting_layer_index"),
                bad(
                        good.clone().setScoring(scoring().setOverQueriesValue(9)),
                        FailureCode.FIELD_INVALID,
                        "scoring.over_queries"),
                bad(good.clone().setLookaheadTokens(150), FailureCode.FIELD_INVALID, "lookahead_tokens"),
                bad(
                        good.clone().setLookaheadTimeLimit(Durations.ZERO),
                        FailureCode.FIELD_INVALID,
                        "lookahead_time_limit"),
                bad(
                        good.clone().setSampling(SamplingSettings.newBuilder().setTopP(1.5f)),
                        FailureCode.FIELD_INVALID,
                        "sampling.top_p"),
                bad(good.clone().setRequestId("x".repeat(129)), FailureCode.FIELD_INVALID, "request_id"));
    }

    private static Arguments bad(AnalyseRequest.Builder request, FailureCode code, String field) {
        return Arguments.of(field, code, request.build());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("badRequests")
    void refusesWhatBreaksARuleAndNamesTheField(String field, FailureCode code, AnalyseRequest request) {
        RemoteFailure failure =
                RemoteFailure.of(catchThrowable(() -> DRAFT.analyse(request))).orElseThrow();

        assertThat(failure.is(code)).as(failure.toString()).isTrue();
        assertThat(failure.status()).isEqualTo(code.status());
        assertThat(failure.fields()).containsExactly(field);
        assertThat(DRAFT.server().slotsUsed()).isZero();
    }

    @Test
    void stopsWithinATokenWhenTheCallerGoesAway() throws Exception {
        for (int i = 0; i < 20; i++) {
            Context.CancellableContext context = Context.current().withCancellation();
            context.run(() -> {
                Iterator<AnalyseResponse> answer = DRAFT.blocking().analyse(longDraft());
                assertThat(answer.next().hasLookahead()).isTrue();
            });
            context.cancel(null);
            DRAFT.awaitIdle();
        }
    }

    @Test
    void stopsAtTheDeadlineAndFreesTheSlot() throws Exception {
        Throwable failure = catchThrowable(() -> DRAFT.blocking()
                .withDeadlineAfter(30, TimeUnit.MILLISECONDS)
                .analyse(request(prompt(8000)).setScoring(scoring()).build())
                .forEachRemaining(message -> {}));

        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        DRAFT.awaitIdle();
    }

    private static AnalyseRequest longDraft() {
        return request(prompt(400))
                .setLookaheadTokens(150)
                .setSampling(NEVER_ENDING)
                .build();
    }

    private static AttentionScoring.Builder scoring() {
        return AttentionScoring.newBuilder().setWindowSize(8);
    }
}
