package io.speckv.bench.serving;

import io.grpc.stub.StreamObserver;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ScoreEncoding;
import java.time.Duration;
import java.util.concurrent.Executor;

/** A draft that scores any prompt after a fixed time. */
final class FixedTimeDraft extends DraftServiceGrpc.DraftServiceImplBase {
    private final ModelDescription model;
    private final Duration prefill;
    private final Executor threads;

    FixedTimeDraft(ModelDescription model, Duration prefill, Executor threads) {
        this.model = model;
        this.prefill = prefill;
        this.threads = threads;
    }

    /** Returns scores without a pattern, the same for the same length. */
    static float[] scores(int tokens) {
        float[] scores = new float[tokens];
        for (int i = 0; i < tokens; i++) {
            scores[i] = ((i * 0x9E3779B9) >>> 8) / (float) (1 << 24);
        }
        return scores;
    }

    @Override
    public void describe(DraftServiceDescribeRequest request, StreamObserver<DraftServiceDescribeResponse> observer) {
        observer.onNext(DraftServiceDescribeResponse.newBuilder()
                .setModel(model)
                .setMaxLookaheadTokenCount(1)
                .build());
        observer.onCompleted();
    }

    @Override
    public void analyse(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        var unused = EngineTimes.after(prefill, threads, () -> answer(request, observer))
                .exceptionally(failure -> {
                    observer.onError(failure);
                    return null;
                });
    }

    private static void answer(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        int tokens = request.getTokenIds().getIdsCount();
        observer.onNext(AnalyseResponse.newBuilder()
                .setImportance(ScoreVectors.toProto(scores(tokens), ScoreEncoding.SCORE_ENCODING_FLOAT32))
                .build());
        observer.onNext(AnalyseResponse.newBuilder()
                .setSummary(AnalyseSummary.newBuilder().setPromptTokenCount(tokens))
                .build());
        observer.onCompleted();
    }
}
