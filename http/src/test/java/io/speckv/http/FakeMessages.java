package io.speckv.http;

import com.google.protobuf.util.Durations;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.KvUsage;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.proto.v1.TokenLogprobs;
import io.speckv.proto.v1.TokenUsage;
import java.util.List;

/** Messages of an answer. */
final class FakeMessages {
    private FakeMessages() {}

    static GenerateResponse started() {
        return GenerateResponse.newBuilder()
                .setStarted(GenerateStarted.newBuilder()
                        .setRequestId("r-1")
                        .setTraceId("0af7651916cd43dd8448eb211c80319c")
                        .setModel("tiny"))
                .build();
    }

    static GenerateResponse delta(int index, String text) {
        return GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder()
                        .setFirstIndex(index)
                        .addTokenIds(index)
                        .setText(text)
                        .addLogprobs(
                                TokenLogprobs.newBuilder().setLogprob(-0.5f).setText(FakeInference.WORDS.get(index))))
                .build();
    }

    static GenerateResponse finished() {
        return finished(FinishReason.FINISH_REASON_END_OF_TEXT);
    }

    /** The end of an answer that reached its most tokens. */
    static GenerateResponse cut() {
        return finished(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
    }

    private static GenerateResponse finished(FinishReason reason) {
        return GenerateResponse.newBuilder()
                .setFinished(GenerateFinished.newBuilder()
                        .setFinishReason(reason)
                        .setUsage(TokenUsage.newBuilder()
                                .setPromptTokenCount(1000)
                                .setKeptTokenCount(128)
                                .setGeneratedTokenCount(5))
                        .setCompression(CompressionReport.newBuilder()
                                .setRequestedMethod("specpc")
                                .setAppliedMethod("specpc")
                                .setKv(KvUsage.newBuilder().setKeptBytes(1280).setFullBytes(10000))
                                .setTargetAttemptCount(1))
                        .addAllTimings(timings()))
                .build();
    }

    static List<StageTiming> timings() {
        return List.of(
                timing(Stage.STAGE_TOKENIZE, 0, 3, 1000),
                timing(Stage.STAGE_DRAFT_PREFILL, 3, 40, 1000),
                timing(Stage.STAGE_SELECT, 43, 2, 1000),
                timing(Stage.STAGE_TARGET_PREFILL, 46, 25, 128),
                timing(Stage.STAGE_TARGET_DECODE, 71, 30, 5));
    }

    private static StageTiming timing(Stage stage, long start, long elapsed, int tokens) {
        return StageTiming.newBuilder()
                .setStage(stage)
                .setStartOffset(Durations.fromMillis(start))
                .setElapsed(Durations.fromMillis(elapsed))
                .setTokenCount(tokens)
                .build();
    }
}
