package io.speckv.router;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.StageSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.router.settings.RouterSettings;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** A router in front of a scripted draft and scripted targets, all of them real servers on loopback. */
public final class RouterRig implements AutoCloseable {
    public static final Path MODEL = Path.of(System.getProperty("speckv.golden"), "models", "llama-target");

    /** How long anything may take before it counts as missing: much longer than it takes on a busy machine. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeDraft draft;
    final FakeTarget target;
    final FakeTarget otherTarget;
    final FakeServer draftServer;
    final FakeServer targetServer;
    final FakeServer otherTargetServer;
    final RouterServer router;
    final ManagedChannel channel;

    /** Of the tokenizer of router, draft and targets. */
    final String fingerprint;

    private RouterRig(List<String> flags) {
        try (Tokenizer tokenizer = Tokenizer.open(MODEL)) {
            fingerprint = tokenizer.fingerprint();
        }
        draft = new FakeDraft(fingerprint);
        target = new FakeTarget(fingerprint);
        otherTarget = new FakeTarget(fingerprint);
        draftServer = FakeServer.serving(draft);
        targetServer = FakeServer.serving(target);
        otherTargetServer = FakeServer.serving(otherTarget);
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--telemetry.log-level=WARN",
                "--draft.channel.target=localhost:" + draftServer.port(),
                "--target.channel.target=localhost:" + targetServer.port(),
                "--target.load-balancing=round_robin",
                "--drafting.continuing=true",
                "--describe-every=200ms"));
        if (flags.stream().noneMatch(flag -> flag.startsWith("--tokenizer.target="))) {
            all.add("--tokenizer.target=" + MODEL);
        }
        flags.forEach(flag -> all.add(flag.replace("OTHER_TARGET", "127.0.0.1:" + otherTargetServer.port())
                .replace("TARGET", "127.0.0.1:" + targetServer.port())));
        try {
            router = RouterServer.start(
                    RouterSettings.loader().load(null, Map.of(), all).value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = NettyChannelBuilder.forAddress("127.0.0.1", router.port())
                .usePlaintext()
                .flowControlWindow(70_000)
                .build();
    }

    /** Starts with flags, in which TARGET and OTHER_TARGET stand for addresses, and waits until it serves. */
    static RouterRig start(String... flags) {
        RouterRig rig = startUnchecked(flags);
        await(rig::describes, "the router does not serve");
        return rig.awaitIdle();
    }

    /** Starts a router that has no draft, with flags as {@link #start} has them, and waits until it serves. */
    static RouterRig startWithoutDraft(String... flags) {
        RouterRig rig = new RouterRig(Stream.concat(Stream.of("--drafting.enabled=false"), Stream.of(flags))
                .toList());
        await(rig::answers, "the router does not serve");
        return rig.awaitIdle();
    }

    /** Waits until no request holds a place: one ends a moment after its client has the answer. */
    private RouterRig awaitIdle() {
        await(() -> router.running() == 0, "the rig's own request still runs");
        return this;
    }

    private boolean answers() {
        try {
            return once(request("full").build()).hasFinished();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** Starts a router that {@link #channel} may not be able to ask. */
    static RouterRig startUnchecked(String... flags) {
        return new RouterRig(List.of(flags));
    }

    /** Returns whether target and draft are known: without the draft nothing would be dropped. */
    boolean describes() {
        try {
            return once(request("specpc").build()).getFinished().getUsage().getKeptTokenCount() == 10;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    InferenceServiceGrpc.InferenceServiceBlockingStub blocking() {
        return InferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    GenerateOnceResponse once(GenerateRequest request) {
        return blocking()
                .generateOnce(
                        GenerateOnceRequest.newBuilder().setRequest(request).build());
    }

    /** Returns the failure that a request ends with. */
    RemoteFailure failure(GenerateRequest request) {
        Throwable thrown =
                Assertions.catchThrowable(() -> blocking().generate(request).forEachRemaining(message -> {}));
        Assertions.assertThat(thrown).isNotNull();
        return RemoteFailure.of(thrown).orElseThrow(() -> new AssertionError("no ErrorInfo in " + thrown, thrown));
    }

    /** A request for 4 tokens after 40, of which a method's first stage keeps 10. */
    static GenerateRequest.Builder request(String method) {
        return GenerateRequest.newBuilder()
                .setPrompt(prompt(40))
                .setMethod(method(method))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(4).setIgnoreEos(true));
    }

    static Prompt prompt(int tokens) {
        return Prompt.newBuilder()
                .setTokenIds(TokenIds.newBuilder()
                        .addAllIds(IntStream.range(0, tokens)
                                .mapToObj(i -> i % 250)
                                .toList()))
                .build();
    }

    static Method method(String name) {
        StageSettings budget = StageSettings.newBuilder()
                .setMaxCapacityPrompt(10)
                .setWindowSize(2)
                .setKernelSize(1)
                .build();
        Method.Builder method = Method.newBuilder().setName(name);
        return switch (name) {
            case "full" -> method.build();
            case "speckv-pc" -> method.setSpecpc(budget).setSpeckv(budget).build();
            default -> method.setSettings(budget).build();
        };
    }

    /** Runs {@code work} on a thread of its own: the common pool of a small machine runs one or two tasks at once. */
    static <T> CompletableFuture<T> async(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> {
            Thread thread = new Thread(task, "test-async");
            thread.setDaemon(true);
            thread.start();
        });
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
        router.close();
        draftServer.close();
        targetServer.close();
        otherTargetServer.close();
    }
}
