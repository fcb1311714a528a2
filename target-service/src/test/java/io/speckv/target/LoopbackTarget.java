package io.speckv.target;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.engine.GoldenRun;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.KeptPrompt;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A target service of a golden model on a free loopback port, with a channel to it. */
final class LoopbackTarget implements AutoCloseable {
    /** Small, so that a reader that stops is noticed soon. */
    private static final int CLIENT_WINDOW_BYTES = 1 << 16;

    /** How long anything may take before it counts as missing: much longer than it takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TargetServer server;
    private final ManagedChannel channel;

    private LoopbackTarget(TargetServer server) {
        this.server = server;
        this.channel = newChannel();
    }

    /** Starts with small settings but for flags such as {@code --slots.small.count=2}. */
    static LoopbackTarget start(String model, String... flags) {
        return start(GoldenRun.model(model), flags);
    }

    static TargetSettings settings(Path model, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--telemetry.log-level=WARN",
                "--model.dtype=fp32",
                "--model.row-block=32",
                "--limits.lookahead-tokens=16",
                "--overlap.least-tokens=2",
                "--slots.small.count=4",
                "--slots.small.tokens=160",
                "--slots.large.count=2",
                "--slots.large.tokens=2048",
                "--model.folder=" + model));
        all.addAll(List.of(flags));
        return TargetSettings.loader().load(null, Map.of(), all).value();
    }

    static LoopbackTarget start(Path model, String... flags) {
        try {
            return new LoopbackTarget(TargetServer.start(settings(model, flags)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TargetServer server() {
        return server;
    }

    ManagedChannel channel() {
        return channel;
    }

    private ManagedChannel newChannel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .flowControlWindow(CLIENT_WINDOW_BYTES)
                .build();
    }

    TargetServiceGrpc.TargetServiceBlockingStub blocking() {
        return TargetServiceGrpc.newBlockingStub(channel);
    }

    /** Opens a call and sends its start. */
    TargetCall open(GenerationStart start) {
        return openSending(List.of(TargetCall.message(start)));
    }

    /** Opens a call with a deadline in seconds and sends its start. */
    TargetCall open(GenerationStart start, TargetCall.Reading reading, double deadline) {
        return TargetCall.open(
                TargetServiceGrpc.newStub(channel).withDeadlineAfter((long) (deadline * 1e9), TimeUnit.NANOSECONDS),
                List.of(TargetCall.message(start)),
                reading);
    }

    /** Opens a call, sends its start and reads nothing. */
    TargetCall openUnread(GenerationStart start) {
        return open(start, TargetCall.Reading.ON_DEMAND, 600);
    }

    /** Opens a call and sends these messages. */
    TargetCall openSending(List<TargetServiceGenerateRequest> messages) {
        return TargetCall.open(TargetServiceGrpc.newStub(channel), messages, TargetCall.Reading.AT_ONCE);
    }

    /** Sends a start alone and waits for the whole answer. */
    TargetCall.Result generate(GenerationStart start) {
        return open(start).halfClose().result();
    }

    static GenerationStart.Builder start(int[] prompt, int newTokens) {
        return GenerationStart.newBuilder()
                .setPrompt(KeptPrompt.newBuilder()
                        .addAllTokenIds(Arrays.stream(prompt).boxed().toList()))
                .setMethod(Method.newBuilder().setName("full"))
                .setSampling(
                        SamplingSettings.newBuilder().setMaxNewTokens(newTokens).setIgnoreEos(true));
    }

    /** A request whose messages are more than gRPC's windows hold: it runs until its client reads. */
    static GenerationStart.Builder moreThanWindowsHold() {
        GenerationStart.Builder start = start(prompt(50), 450);
        start.getSamplingBuilder().setTopLogprobs(20);
        return start;
    }

    static LookaheadTokens lookahead(int first, boolean complete, int... tokens) {
        return LookaheadTokens.newBuilder()
                .setFirstIndex(first)
                .addAllTokenIds(Arrays.stream(tokens).boxed().toList())
                .setComplete(complete)
                .build();
    }

    static int[] prompt(int tokens) {
        int[] prompt = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            prompt[i] = (i * 37 + tokens) % 250;
        }
        return prompt;
    }

    /** Waits until a slot is taken. */
    void awaitBusy() {
        await(() -> server.slotsUsed() > 0, "no slot is in use");
    }

    /** Waits until no slot is taken and nobody waits for one. */
    void awaitIdle() {
        await(() -> server.slotsUsed() == 0 && server.queued() == 0, "slots are in use");
    }

    static void await(BooleanSupplier condition, String otherwise) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still after " + PATIENCE.toSeconds() + " s: " + otherwise);
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
