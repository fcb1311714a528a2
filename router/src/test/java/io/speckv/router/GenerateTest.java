package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.router.reply.GenerateReply;
import io.speckv.router.run.RequestRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A {@link RequestRun} from admission to the last token that {@link GenerateReply} sends, where draft and target do their part. The
 * draft scores token i with i, so that the last tokens stay.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GenerateTest {
    private final RouterRig rig = RouterRig.start();

    @AfterAll
    void close() {
        rig.close();
    }

    @Test
    void theTargetGetsWhatTheDraftFoundImportant() {
        GenerateOnceResponse answer = rig.once(RouterRig.request("specpc")
                .setRequestId("specpc-1")
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .build());
        List<Integer> kept = IntStream.range(30, 40).boxed().toList();

        assertThat(answer.getAnswer().getText()).isEqualTo("0 1 2 3 ");
        assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0, 1, 2, 3);
        assertThat(answer.getFinished().getUsage().getPromptTokenCount()).isEqualTo(40);
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(10);
        assertThat(answer.getFinished().getCompression().getKeptPositionsList()).isEqualTo(kept);
        assertThat(answer.getFinished().getCompression().getTargetAttemptCount())
                .isEqualTo(1);
        GenerationStart start = call("specpc-1").start();
        assertThat(start.getPrompt().getTokenIdsList()).isEqualTo(kept);
        assertThat(start.getPrompt().getOriginalPositionsList()).isEqualTo(kept);
        assertThat(start.getPrompt().getOriginalTokenCount()).isEqualTo(40);
        assertThat(start.getPrompt().getPositionRule()).isEqualTo(PositionRule.POSITION_RULE_RENUMBERED);
        assertThat(start.getMethod().getName()).isEqualTo("specpc");
        assertThat(MethodSettings.toMap(start.getMethod())).isEqualTo(MethodSettings.toMap(RouterRig.method("specpc")));
    }

    @Test
    void lookaheadReachesTheTargetWhole() {
        rig.once(RouterRig.request("speckv").setRequestId("speckv-1").build());

        assertThat(call("speckv-1").lookahead()).containsExactly(10, 11, 12, 13);
        AnalyseRequest analysis = rig.draft.requests.stream()
                .filter(request -> request.getRequestId().equals("speckv-1"))
                .findFirst()
                .orElseThrow();
        assertThat(analysis.hasScoring()).isFalse();
        assertThat(analysis.getLookaheadTokens()).isEqualTo(4);
        assertThat(analysis.getSampling().getIgnoreEos()).isTrue();
    }

    @Test
    void aMethodWithoutADraftAsksNone() {
        GenerateOnceResponse answer =
                rig.once(RouterRig.request("full").setRequestId("full-1").build());

        assertThat(rig.draft.requests)
                .noneMatch(request -> request.getRequestId().equals("full-1"));
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(40);
        assertThat(answer.getFinished().getCompression().getFallbackReason())
                .isEqualTo(FallbackReason.FALLBACK_REASON_UNSPECIFIED);
        assertThat(call("full-1").start().getPrompt().getOriginalPositionsList())
                .isEmpty();
    }

    @Test
    void aStreamBeginsWithItsStartAndEndsWithItsFigures() {
        List<GenerateResponse> messages = new ArrayList<>();
        rig.blocking()
                .generate(RouterRig.request("specpc").setRequestId("stream-1").build())
                .forEachRemaining(messages::add);

        assertThat(messages.get(0).getStarted().getRequestId()).isEqualTo("stream-1");
        assertThat(messages.get(0).getStarted().getTraceId()).hasSize(32);
        assertThat(messages.get(0).getStarted().getModel()).isEqualTo("fake-target");
        assertThat(messages.subList(1, 5)).allMatch(GenerateResponse::hasDelta);
        assertThat(messages.get(5).getFinished().getTimingsList())
                .extracting(StageTiming::getStage)
                .contains(Stage.STAGE_TOKENIZE, Stage.STAGE_SELECT);
        assertThat(messages).hasSize(6);
    }

    /** An id is for logs and traces: whoever sends it twice gets two answers. */
    @Test
    void twoRequestsOfOneIdAreAnsweredIndependently() {
        CountDownLatch both = new CountDownLatch(2);
        rig.target.onStart = (call, observer) -> {
            if (call.start().getRequestId().equals("twice")) {
                both.countDown();
            }
        };
        CompletableFuture<GenerateOnceResponse> first = RouterRig.async(
                () -> rig.once(RouterRig.request("full").setRequestId("twice").build()));
        GenerateRequest.Builder longer = RouterRig.request("full").setRequestId("twice");
        longer.getSamplingBuilder().setMaxNewTokens(7);
        GenerateOnceResponse second = rig.once(longer.build());

        assertThat(second.getAnswer().getTokenIdsCount()).isEqualTo(7);
        assertThat(first.join().getAnswer().getTokenIdsCount()).isEqualTo(4);
        assertThat(both.getCount()).isZero();
    }

    private FakeTarget.Call call(String requestId) {
        return rig.target.calls.stream()
                .filter(call -> call.start().getRequestId().equals(requestId))
                .findFirst()
                .orElseThrow();
    }
}
