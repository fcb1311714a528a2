package io.speckv.bench.serving;

import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.server.Started;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.wire.MethodSettings;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.KeptPrompt;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.target.TargetServer;
import io.speckv.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Measures the time saved when a target reads a prompt while its lookahead is still being drafted. Two targets of one model,
 * one that reads early and one that waits, are asked in turn. The client sends the lookahead a fixed time after the prompt,
 * like a draft on a machine of its own. Methods are SpecKV.
 */
public final class OverlapBench implements AutoCloseable {
    private static final int NEW_TOKENS = 4;
    private static final Set<Stage> WORK = EnumSet.of(Stage.TARGET_PREFILL, Stage.TARGET_EVICT, Stage.TARGET_VERIFY);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Side waiting;
    private final Side early;
    private final Duration drafting;
    private final Budgets budgets;

    /**
     * Budgets of a request.
     *
     * @param kvPairs per layer and KV head
     * @param lookaheadTokens of the draft
     */
    public record Budgets(int kvPairs, int lookaheadTokens) {}

    /**
     * Medians of one target.
     *
     * @param waitSeconds from the lookahead to the first token
     * @param idleShare of the time to the first token in which the target did nothing, 0 to 1
     */
    public record Way(double waitSeconds, double idleShare) {}

    /** Figures of one prompt length. */
    public record Line(int promptTokens, Way waiting, Way early) {}

    /**
     * Starts both targets.
     *
     * @param folder a checkpoint with its tokenizer
     * @param promptTokensMax length of the longest prompt
     * @param drafting time from the prompt to its lookahead
     */
    public OverlapBench(Path folder, String dtype, int promptTokensMax, Duration drafting, Budgets budgets)
            throws IOException {
        this.drafting = drafting;
        this.budgets = budgets;
        try (Started started = new Started()) {
            this.waiting = started.add(new Side(folder, dtype, promptTokensMax, budgets, "0B"));
            this.early = started.add(new Side(folder, dtype, promptTokensMax, budgets, "1GiB"));
            started.complete();
        }
    }

    /** Measures one length with both targets in turn; the first turn does not count. */
    public Line measure(int promptTokens, int turns) {
        double[][] waits = new double[2][turns];
        double[][] idle = new double[2][turns];
        for (int turn = -1; turn < turns; turn++) {
            List<Side> sides = List.of(waiting, early);
            for (int i = 0; i < sides.size(); i++) {
                Way once = ask(sides.get(i), promptTokens, turn);
                if (turn >= 0) {
                    waits[i][turn] = once.waitSeconds;
                    idle[i][turn] = once.idleShare;
                }
            }
        }
        return new Line(promptTokens, medians(waits[0], idle[0]), medians(waits[1], idle[1]));
    }

    private static Way medians(double[] waits, double[] idle) {
        return new Way(Quantiles.of(waits).median(), Quantiles.of(idle).median());
    }

    private Way ask(Side side, int promptTokens, int turn) {
        Random random = new Random(promptTokens * 1000L + turn);
        FirstToken answer = new FirstToken();
        long began = System.nanoTime();
        StreamObserver<TargetServiceGenerateRequest> requests = side.stub.generate(answer);
        requests.onNext(TargetServiceGenerateRequest.newBuilder()
                .setStart(start(side.tokens(random, promptTokens)))
                .build());
        LockSupport.parkNanos(drafting.toNanos());
        long sent = System.nanoTime();
        requests.onNext(TargetServiceGenerateRequest.newBuilder()
                .setLookahead(LookaheadTokens.newBuilder().addAllTokenIds(side.tokens(random, budgets.lookaheadTokens)))
                .build());
        requests.onCompleted();
        long first = answer.first.join();
        double busy = StageTime.fromProto(answer.finished.join().getTimingsList()).stream()
                .filter(time -> WORK.contains(time.stage()))
                .mapToDouble(time -> time.elapsed().toNanos())
                .sum();
        return new Way((first - sent) / 1e9, Math.max(0, 1 - busy / (first - began)));
    }

    private GenerationStart start(List<Integer> prompt) {
        return GenerationStart.newBuilder()
                .setPrompt(KeptPrompt.newBuilder().addAllTokenIds(prompt))
                .setMethod(MethodSettings.toProto("speckv", Map.of("max_capacity_prompt", budgets.kvPairs)))
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(NEW_TOKENS)
                        .setIgnoreEos(true))
                .setLookaheadWait(Durations.fromNanos(PATIENCE.toNanos()))
                .build();
    }

    @Override
    public void close() {
        waiting.close();
        early.close();
    }

    /** One target and a connection to it. */
    private static final class Side implements AutoCloseable {
        private final TargetServer server;
        private final ManagedChannel channel;
        private final TargetServiceGrpc.TargetServiceStub stub;
        private final int vocabSize;

        Side(Path folder, String dtype, int promptTokensMax, Budgets budgets, String overlapMemory) throws IOException {
            server = TargetServer.start(TargetSettings.loader()
                    .load(
                            null,
                            Map.of(),
                            List.of(
                                    "--server.port=0",
                                    "--telemetry.log-level=WARN",
                                    "--model.folder=" + folder,
                                    "--model.dtype=" + dtype,
                                    "--prefix-cache=0B",
                                    "--overlap.memory=" + overlapMemory,
                                    "--limits.prompt-tokens=" + promptTokensMax,
                                    "--limits.lookahead-tokens=" + budgets.lookaheadTokens,
                                    "--slots.small.count=1",
                                    "--slots.small.tokens=" + (budgets.kvPairs + budgets.lookaheadTokens + NEW_TOKENS),
                                    "--slots.large.count=0"))
                    .value());
            channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                    .usePlaintext()
                    .build();
            stub = TargetServiceGrpc.newStub(channel);
            vocabSize = TargetServiceGrpc.newBlockingStub(channel)
                    .describe(TargetServiceDescribeRequest.getDefaultInstance())
                    .getModel()
                    .getVocabSize();
        }

        List<Integer> tokens(Random random, int count) {
            return random.ints(count, 3, vocabSize).boxed().toList();
        }

        @Override
        public void close() {
            channel.shutdownNow();
            server.close();
        }
    }

    /** Records when the first token came, and the generation's figures. */
    private static final class FirstToken implements StreamObserver<TargetServiceGenerateResponse> {
        private final CompletableFuture<Long> first = new CompletableFuture<>();
        private final CompletableFuture<GenerationFinished> finished = new CompletableFuture<>();
        private volatile @Nullable GenerationFinished last;

        @Override
        public void onNext(TargetServiceGenerateResponse message) {
            if (message.hasDelta()) {
                first.complete(System.nanoTime());
            } else if (message.hasFinished()) {
                last = message.getFinished();
            }
        }

        @Override
        public void onError(Throwable failure) {
            first.completeExceptionally(failure);
            finished.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            GenerationFinished end = last;
            if (end == null) {
                onError(new IllegalStateException("the target ended its stream without a last message"));
            } else {
                finished.complete(end);
            }
        }
    }
}
