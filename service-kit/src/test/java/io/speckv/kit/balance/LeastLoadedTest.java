package io.speckv.kit.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.CallEnd;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.settings.ByteSize;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pools of real servers behind a {@link PoolBalancer}: who gets calls while members are busy, refuse, load or leave. */
class LeastLoadedTest {
    private static final int TIME_LIMIT_SECONDS = 30;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** A server that keeps the calls it gets until it is told to answer them. */
    private final class Keeper {
        private final BlockingQueue<ServerCallStreamObserver<GenerateResponse>> calls = new LinkedBlockingQueue<>();
        private final LoopbackServer server = serving(calls::add);

        Keeper() throws IOException {}

        int running() {
            return calls.size();
        }

        void answerAll() {
            List<ServerCallStreamObserver<GenerateResponse>> waiting = new ArrayList<>();
            calls.drainTo(waiting);
            waiting.forEach(LeastLoadedTest::answer);
        }
    }

    private static void answer(ServerCallStreamObserver<GenerateResponse> call) {
        call.onNext(GenerateResponse.getDefaultInstance());
        call.onCompleted();
    }

    private LoopbackServer serving(Consumer<ServerCallStreamObserver<GenerateResponse>> generate) throws IOException {
        LoopbackServer server = LoopbackServer.serving(new ScriptedInference(generate), "--server.drain.calls=0s");
        opened.add(server);
        return server;
    }

    private InferenceServiceGrpc.InferenceServiceStub pool(LoopbackServer... members) {
        String addresses = Arrays.stream(members)
                .map(member -> "127.0.0.1:" + member.process().port())
                .collect(Collectors.joining(","));
        ServiceChannel channel = ServiceChannel.open(
                new ChannelSettings(
                        "list:///" + addresses,
                        false,
                        LoopbackServer.NO_TLS,
                        null,
                        ByteSize.parse("1MiB"),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20)),
                Map.of(
                        "loadBalancingConfig",
                        List.of(Map.of(LeastLoadedProvider.POLICY, Map.of())),
                        "healthCheckConfig",
                        Map.of("serviceName", InferenceServiceGrpc.SERVICE_NAME)),
                List.of());
        opened.add(channel);
        return InferenceServiceGrpc.newStub(channel.channel());
    }

    private static CompletableFuture<@Nullable Void> call(InferenceServiceGrpc.InferenceServiceStub pool) {
        CallEnd<GenerateResponse> end = new CallEnd<>();
        pool.generate(GenerateRequest.getDefaultInstance(), end);
        return end.ended();
    }

    /** Calls one after the other until all members are connected: until each has had one. */
    private static void connect(InferenceServiceGrpc.InferenceServiceStub pool, Keeper one, Keeper other)
            throws Exception {
        boolean both = false;
        boolean first = false;
        boolean second = false;
        while (!both) {
            CompletableFuture<@Nullable Void> ended = call(pool);
            awaitRunning(1, one, other);
            first |= one.running() > 0;
            second |= other.running() > 0;
            both = first && second;
            one.answerAll();
            other.answerAll();
            ended.get(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void awaitRunning(int calls, Keeper one, Keeper other) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIME_LIMIT_SECONDS);
        while (one.running() + other.running() < calls && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(one.running() + other.running()).isEqualTo(calls);
    }

    @Test
    void aCallGoesToTheMemberThatHasTheFewest() throws Exception {
        Keeper one = new Keeper();
        Keeper other = new Keeper();
        var pool = pool(one.server, other.server);
        connect(pool, one, other);

        List<CompletableFuture<@Nullable Void>> first = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            first.add(call(pool));
        }
        awaitRunning(4, one, other);
        assertThat(one.running()).as("equal members take turns").isEqualTo(2);

        one.answerAll();
        awaitTwo(first);
        List<CompletableFuture<@Nullable Void>> second = List.of(call(pool), call(pool));
        awaitRunning(4, one, other);
        assertThat(one.running()).as("both go where the calls ended").isEqualTo(2);
        assertThat(second).noneMatch(CompletableFuture::isDone);
    }

    private static void awaitTwo(List<CompletableFuture<@Nullable Void>> calls) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIME_LIMIT_SECONDS);
        while (calls.stream().filter(CompletableFuture::isDone).count() < 2 && System.nanoTime() < end) {
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "INTERNAL"})
    void aMemberThatRefusesAtOnceDoesNotDrawTheOthersCalls(Status.Code code) throws Exception {
        LoopbackServer refuses = serving(call -> call.onError(code.toStatus().asRuntimeException()));
        Keeper answers = new Keeper();
        var pool = InferenceServiceGrpc.newBlockingStub(
                pool(refuses, answers.server).getChannel());
        long started = System.nanoTime();
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            CompletableFuture<Boolean> one = CompletableFuture.supplyAsync(() -> isAnswered(pool));
            while (!one.isDone()) {
                answers.answerAll();
                Thread.sleep(1);
            }
            refused += one.get() ? 0 : 1;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);

        assertThat(refused).as("one for each second that it is tried again").isLessThanOrEqualTo((int) seconds + 8);
    }

    private static boolean isAnswered(InferenceServiceGrpc.InferenceServiceBlockingStub pool) {
        try {
            Iterator<GenerateResponse> answer = pool.withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .generate(GenerateRequest.getDefaultInstance());
            answer.forEachRemaining(message -> {});
            return true;
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.INTERNAL);
            return false;
        }
    }

    @Test
    void aMemberWhoseHealthSaysThatItDoesNotServeGetsNone() throws Exception {
        LoopbackServer loading =
                LoopbackServer.loading(ScriptedInference.answering(), List.of(), FailureClassifier.NONE);
        opened.add(loading);
        var pool = InferenceServiceGrpc.newBlockingStub(
                pool(loading, serving(LeastLoadedTest::answer)).getChannel());

        for (int i = 0; i < 10; i++) {
            assertThat(isAnswered(pool)).isTrue();
        }
    }

    @Test
    void theOnlyMemberIsCalledUntilItRefusesWhenItIsAboutToStop() throws Exception {
        LoopbackServer only =
                LoopbackServer.serving(new ScriptedInference(LeastLoadedTest::answer), "--server.drain.notice=10m");
        var pool = InferenceServiceGrpc.newBlockingStub(pool(only).getChannel());
        assertThat(isAnswered(pool)).isTrue();

        Thread stop = new Thread(only.process()::stop);
        stop.start();
        awaitNotServing(only);

        for (int i = 0; i < 10; i++) {
            assertThat(isAnswered(pool)).isTrue();
        }
        stop.interrupt();
        stop.join();
        assertThat(isAnswered(pool)).as("stopped").isFalse();
    }

    @Test
    void aMemberThatIsAboutToStopLeavesTheCallsToOneThatServes() throws Exception {
        LoopbackServer leaves = LoopbackServer.serving(
                new ScriptedInference(call -> call.onError(Status.ABORTED.asRuntimeException())),
                "--server.drain.notice=10m");
        Thread stop = new Thread(leaves.process()::stop);
        stop.start();
        awaitNotServing(leaves);
        var pool = InferenceServiceGrpc.newBlockingStub(
                pool(leaves, serving(LeastLoadedTest::answer)).getChannel());

        for (int i = 0; i < 10; i++) {
            assertThat(isAnswered(pool)).isTrue();
        }
        stop.interrupt();
        stop.join();
    }

    /** Watches as the pool does, so that it has been told too. */
    private static void awaitNotServing(LoopbackServer server) {
        try (ServiceChannel channel = LoopbackServer.open(server.process().port(), LoopbackServer.NO_TLS, null)) {
            Iterator<HealthCheckResponse> health = HealthGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .watch(HealthCheckRequest.newBuilder()
                            .setService(InferenceServiceGrpc.SERVICE_NAME)
                            .build());
            while (health.next().getStatus() != HealthCheckResponse.ServingStatus.NOT_SERVING) {
                assertThat(health.hasNext()).isTrue();
            }
        }
    }
}
