package io.speckv.router;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.DraftedTokens;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ScoreEncoding;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A draft whose answer a test scripts. Its own script scores token i with i and drafts 10, 11, 12 and so on. */
final class FakeDraft extends DraftServiceGrpc.DraftServiceImplBase {
    /** What answers one call. */
    interface Script extends BiConsumer<AnalyseRequest, ServerCallStreamObserver<AnalyseResponse>> {}

    final Queue<AnalyseRequest> requests = new ConcurrentLinkedQueue<>();
    final AtomicInteger open = new AtomicInteger();
    volatile Script script = FakeDraft::answer;
    volatile String fingerprint;
    volatile int maxPromptTokens = 1000;
    volatile String classifier = "";

    FakeDraft(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    @Override
    public void describe(DraftServiceDescribeRequest request, StreamObserver<DraftServiceDescribeResponse> observer) {
        observer.onNext(DraftServiceDescribeResponse.newBuilder()
                .setModel(ModelDescription.newBuilder()
                        .setName("fake-draft")
                        .setVocabSize(256)
                        .setTokenizerFingerprint(fingerprint)
                        .setMaxPromptTokenCount(maxPromptTokens))
                .setMaxLookaheadTokenCount(16)
                .setClassifierName(classifier)
                .build());
        observer.onCompleted();
    }

    @Override
    public void analyse(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        requests.add(request);
        open.incrementAndGet();
        var call = (ServerCallStreamObserver<AnalyseResponse>) observer;
        call.setOnCancelHandler(open::decrementAndGet);
        call.setOnCloseHandler(open::decrementAndGet);
        script.accept(request, call);
    }

    static void answer(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        if (request.hasScoring() || request.getClassification()) {
            observer.onNext(scores(request.getTokenIds().getIdsCount()));
        }
        int tokens = lookaheadTokens(request);
        for (int i = 0; i < tokens; i++) {
            observer.onNext(lookahead(i, 10 + i));
        }
        observer.onNext(summary(request.getTokenIds().getIdsCount(), tokens));
        observer.onCompleted();
    }

    static int lookaheadTokens(AnalyseRequest request) {
        return request.getLookaheadTokens() + request.getScoring().getLookaheadTokens();
    }

    static AnalyseResponse scores(int count) {
        float[] scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] = i;
        }
        return scores(scores);
    }

    static AnalyseResponse scores(float[] scores) {
        return AnalyseResponse.newBuilder()
                .setImportance(ScoreVectors.toProto(scores, ScoreEncoding.SCORE_ENCODING_FLOAT32))
                .build();
    }

    static AnalyseResponse lookahead(int index, int token) {
        return AnalyseResponse.newBuilder()
                .setLookahead(DraftedTokens.newBuilder()
                        .setTokens(LookaheadTokens.newBuilder()
                                .setFirstIndex(index)
                                .addTokenIds(token)))
                .build();
    }

    static AnalyseResponse summary(int promptTokens, int lookaheadTokens) {
        return AnalyseResponse.newBuilder()
                .setSummary(AnalyseSummary.newBuilder()
                        .setPromptTokenCount(promptTokens)
                        .setLookaheadTokenCount(lookaheadTokens))
                .build();
    }
}
