package io.speckv.enginetarget;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.KeptPrompt;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running target in front of a scripted engine, and a client that speaks gRPC with it. */
final class EngineTargetRig implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** "The quick brown fox jump". */
    static final List<Integer> PROMPT = List.of(1915, 1471, 1664, 1358, 485, 712);

    final ScriptedEngine engine;
    final EngineTargetServer server;
    private final ManagedChannel channel;

    private EngineTargetRig(ScriptedEngine engine, List<String> flags) {
        this.engine = engine;
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.drain.calls=1s",
                "--engine.url=" + engine.url(),
                "--engine.look-every=20ms",
                "--tokenizer=" + ScriptedEngine.MODEL));
        all.addAll(flags);
        try {
            this.server = EngineTargetServer.start(
                    EngineTargetSettings.loader().load(null, Map.of(), all).value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.channel = NettyChannelBuilder.forAddress("localhost", server.port())
                .usePlaintext()
                .build();
    }

    /** Starts and waits until the engine was found. */
    static EngineTargetRig start(ScriptedEngine engine, String... flags) {
        EngineTargetRig rig = startUnchecked(engine, flags);
        await(rig::describes, "the engine was not found");
        return rig;
    }

    static EngineTargetRig startUnchecked(ScriptedEngine engine, String... flags) {
        return new EngineTargetRig(engine, Stream.of(flags).toList());
    }

    private boolean describes() {
        try {
            return describe().hasModel();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    TargetServiceDescribeResponse describe() {
        return TargetServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .describe(TargetServiceDescribeRequest.getDefaultInstance());
    }

    /** A request for so many tokens after {@link #PROMPT}. */
    static GenerationStart.Builder order(int newTokens) {
        return GenerationStart.newBuilder()
                .setRequestId("test")
                .setPrompt(KeptPrompt.newBuilder().addAllTokenIds(PROMPT))
                .setMethod(Method.newBuilder().setName("full"))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(newTokens));
    }

    Running ask(GenerationStart.Builder start) {
        Running running = new Running();
        var requests = TargetServiceGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .generate(running);
        requests.onNext(
                TargetServiceGenerateRequest.newBuilder().setStart(start).build());
        requests.onCompleted();
        return running;
    }

    /** Returns how a request fails. */
    RemoteFailure failure(GenerationStart.Builder start) {
        return ask(start).failure();
    }

    static void await(BooleanSupplier condition, String otherwise) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still after " + PATIENCE.toSeconds() + " s: " + otherwise);
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        engine.close();
    }

    /** An answer as it comes. */
    static final class Running
            implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
        private final List<TokenDelta> deltas = new ArrayList<>();
        private final CompletableFuture<GenerationFinished> ended = new CompletableFuture<>();
        private @Nullable ClientCallStreamObserver<TargetServiceGenerateRequest> call;
        private @Nullable GenerationFinished last;

        @Override
        public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> requests) {
            call = requests;
        }

        @Override
        public synchronized void onNext(TargetServiceGenerateResponse message) {
            if (message.hasDelta()) {
                deltas.add(message.getDelta());
            } else {
                last = message.getFinished();
            }
        }

        @Override
        public void onError(Throwable failure) {
            ended.completeExceptionally(failure);
        }

        @Override
        public synchronized void onCompleted() {
            if (last == null) {
                ended.completeExceptionally(new IllegalStateException("no last message"));
            } else {
                ended.complete(last);
            }
        }

        void cancel() {
            if (call != null) {
                call.cancel("the test wants no more", null);
            }
        }

        GenerationFinished finished() {
            try {
                return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("the answer did not end well", e);
            }
        }

        RemoteFailure failure() {
            try {
                throw new AssertionError("it ended well: " + ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return RemoteFailure.of(Objects.requireNonNull(e.getCause()))
                        .orElseThrow(() -> new AssertionError("no ErrorInfo", e));
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError("the answer did not end", e);
            }
        }

        synchronized List<TokenDelta> deltas() {
            return List.copyOf(deltas);
        }

        List<Integer> ids() {
            return deltas().stream()
                    .flatMap(delta -> delta.getTokenIdsList().stream())
                    .toList();
        }

        String textAtEnd() {
            finished();
            return text();
        }

        String text() {
            return deltas().stream().map(TokenDelta::getText).collect(Collectors.joining());
        }
    }
}
