package io.speckv.draft;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.speckv.engine.GoldenRun;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AttentionScoring;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.Reduction;
import io.speckv.proto.v1.TokenIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A draft service of a golden model on a free loopback port, with a channel to it. */
final class LoopbackDraft implements AutoCloseable {
    private final DraftServer server;
    private final ManagedChannel channel;

    private LoopbackDraft(DraftServer server) {
        this.server = server;
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
    }

    /** Starts with the defaults but for flags such as {@code --queue.running=2}. */
    static LoopbackDraft start(String model, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--telemetry.log-level=WARN",
                "--model.dtype=fp32",
                "--limits.prompt-tokens=8000",
                "--model.folder=" + GoldenRun.model(model)));
        all.addAll(List.of(flags));
        try {
            return new LoopbackDraft(DraftServer.start(
                    DraftSettings.loader().load(null, Map.of(), all).value()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DraftServer server() {
        return server;
    }

    ManagedChannel channel() {
        return channel;
    }

    DraftServiceGrpc.DraftServiceBlockingStub blocking() {
        return DraftServiceGrpc.newBlockingStub(channel);
    }

    DraftServiceGrpc.DraftServiceStub async() {
        return DraftServiceGrpc.newStub(channel);
    }

    List<AnalyseResponse> analyse(AnalyseRequest request) {
        List<AnalyseResponse> all = new ArrayList<>();
        blocking().analyse(request).forEachRemaining(all::add);
        return all;
    }

    /** Begins an analysis; the future has all its messages, or its failure. */
    static CompletableFuture<List<AnalyseResponse>> begin(
            DraftServiceGrpc.DraftServiceStub stub, AnalyseRequest request) {
        CompletableFuture<List<AnalyseResponse>> end = new CompletableFuture<>();
        stub.analyse(request, new StreamObserver<>() {
            private final List<AnalyseResponse> all = new ArrayList<>();

            @Override
            public void onNext(AnalyseResponse message) {
                all.add(message);
            }

            @Override
            public void onError(Throwable thrown) {
                end.completeExceptionally(thrown);
            }

            @Override
            public void onCompleted() {
                end.complete(all);
            }
        });
        return end;
    }

    static AnalyseRequest.Builder request(int... prompt) {
        return AnalyseRequest.newBuilder()
                .setTokenIds(TokenIds.newBuilder()
                        .addAllIds(Arrays.stream(prompt).boxed().toList()));
    }

    static int[] prompt(int tokens) {
        int[] prompt = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            prompt[i] = i * 37 % 250;
        }
        return prompt;
    }

    static int[] lookahead(List<AnalyseResponse> answer) {
        return answer.stream()
                .filter(AnalyseResponse::hasLookahead)
                .flatMap(message -> message.getLookahead().getTokens().getTokenIdsList().stream())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static AttentionScoring scoring(io.speckv.selection.prompt.AttentionScoring scoring) {
        return AttentionScoring.newBuilder()
                .setWindowSize(scoring.windowSize())
                .setStartingLayerIndex(scoring.startingLayerIndex())
                .setWeightedQuery(scoring.weightedQueries())
                .setOverQueries(reduction(scoring.overQueries()))
                .setWithinStep(reduction(scoring.withinStep()))
                .setAcrossSteps(reduction(scoring.acrossSteps()))
                .setLookaheadTokens(scoring.lookaheadFor(1))
                .setPromptKeysOnly(scoring.promptKeysOnly())
                .setMeanPoolKernel(scoring.meanPoolKernel())
                .build();
    }

    private static Reduction reduction(io.speckv.selection.Reduction reduction) {
        return Reduction.valueOf("REDUCTION_" + reduction.name());
    }

    /** Waits until no cache slot is in use, and fails after some seconds. */
    void awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (server.slotsUsed() > 0) {
            if (System.nanoTime() > end) {
                throw new AssertionError(server.slotsUsed() + " slots are still in use");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
