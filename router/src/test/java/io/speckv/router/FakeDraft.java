package io.speckv.router;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnalyseSummary;
import io.speckv.proto.v1.AnsweredTokens;
import io.speckv.proto.v1.DraftRequest;
import io.speckv.proto.v1.DraftResponse;
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

/**
 * A draft whose answer a test scripts. Its own script scores token i with i and drafts 10, 11, 12 and so on; asked to go on,
 * it does as a test says whenever it hears of the answer.
 */
final class FakeDraft extends DraftServiceGrpc.DraftServiceImplBase {
    /** What answers one call. */
    interface Script extends BiConsumer<AnalyseRequest, StreamObserver<AnalyseResponse>> {}

    /** What a draft that goes on does when it hears of the answer. */
    interface GoingOn extends BiConsumer<AnsweredTokens, StreamObserver<DraftResponse>> {}

    final Queue<AnalyseRequest> requests = new ConcurrentLinkedQueue<>();
    final AtomicInteger open = new AtomicInteger();
    volatile Script script = FakeDraft::answer;
    volatile GoingOn goingOn = (answered, observer) -> {};
    volatile String fingerprint;
    volatile int vocabSize = 256;
    volatile int maxPromptTokens = 1000;
    volatile String classifier = "";
    volatile String classifierFingerprint = "c1";
    /** Of its weights; empty says nothing, as older drafts do. */
    volatile String weights = "";

    volatile String weightsFormat = "";
    volatile String dtype = "fp32";
    /** Whether it answers what it is; one that loads its weights does not. */
    volatile boolean describesItself = true;

    FakeDraft(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    @Override
    public void describe(DraftServiceDescribeRequest request, StreamObserver<DraftServiceDescribeResponse> observer) {
        if (!describesItself) {
            return;
        }
        observer.onNext(DraftServiceDescribeResponse.newBuilder()
                .setModel(ModelDescription.newBuilder()
                        .setName("fake-draft")
                        .setVocabSize(vocabSize)
                        .setTokenizerFingerprint(fingerprint)
                        .setWeightsFingerprint(weights)
                        .setWeightsFormat(weightsFormat)
                        .setDtype(dtype)
                        .setMaxPromptTokenCount(maxPromptTokens))
                .setMaxLookaheadTokenCount(16)
                .setClassifierName(classifier)
                .setClassifierFingerprint(classifier.isEmpty() ? "" : classifierFingerprint)
                .build());
        observer.onCompleted();
    }

    @Override
    public void analyse(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        requests.add(request);
        count(observer);
        script.accept(request, observer);
    }

    private void count(StreamObserver<?> observer) {
        open.incrementAndGet();
        var call = (ServerCallStreamObserver<?>) observer;
        call.setOnCancelHandler(open::decrementAndGet);
        call.setOnCloseHandler(open::decrementAndGet);
    }

    @Override
    public StreamObserver<DraftRequest> draft(StreamObserver<DraftResponse> observer) {
        count(observer);
        return new StreamObserver<>() {
            @Override
            public void onNext(DraftRequest message) {
                if (message.hasStart()) {
                    requests.add(message.getStart());
                    script.accept(message.getStart(), analysis(observer));
                } else {
                    goingOn.accept(message.getAnswered(), observer);
                }
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                observer.onCompleted();
            }
        };
    }

    /** The part of a stream that an analysis is; its end is not the stream's. */
    private static StreamObserver<AnalyseResponse> analysis(StreamObserver<DraftResponse> observer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(AnalyseResponse message) {
                observer.onNext(DraftResponse.newBuilder().setAnalysis(message).build());
            }

            @Override
            public void onError(Throwable failure) {
                observer.onError(failure);
            }

            @Override
            public void onCompleted() {}
        };
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
