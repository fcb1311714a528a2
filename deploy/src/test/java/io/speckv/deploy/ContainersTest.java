package io.speckv.deploy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.ClientProgram;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The three images as containers, whole and with parts taken away. */
@ExtendWith(ContainerEngine.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainersTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LONG_ANSWER = 2500;
    /** Ends within the 30 s that the drain gives, on a busy machine too. */
    private static final int DRAINED_ANSWER = 400;

    private ContainerTrio trio;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        trio = ContainerTrio.start(folder);
    }

    @BeforeEach
    void answersWithADraft() throws Exception {
        trio.awaitAnswer(Answers.request("speckv-pc"));
    }

    @AfterAll
    void stop() {
        trio.close();
    }

    @ParameterizedTest
    @EnumSource(value = Service.class, mode = EnumSource.Mode.EXCLUDE, names = "ENGINE_TARGET")
    void runsWithoutRootOnAReadOnlyFileSystem(Service service) throws Exception {
        var container = trio.of(service);

        assertThat(container.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
        assertThat(container.execInContainer("touch", "/opt/speckv/probe").getStderr())
                .contains("Read-only file system");
        assertThat(container.execInContainer("cat", "/opt/speckv/sbom.json").getStdout())
                .contains("CycloneDX", "speckv-" + service.module());
        assertThat(requireNonNull(LoadedImages.engine()
                                .inspectImageCmd(LoadedImages.name(service))
                                .exec()
                                .getConfig())
                        .getLabels())
                .containsEntry("org.opencontainers.image.version", LoadedImages.VERSION)
                .containsEntry("org.opencontainers.image.title", "speckv-" + service.label());
    }

    @Test
    void answersThePythonClient(@TempDir Path folder) throws Exception {
        assertThat(ClientProgram.python(folder, asking()).out()).contains(Answers.HIDDEN);
    }

    @Test
    void answersTheNodeClient(@TempDir Path folder) throws Exception {
        assertThat(ClientProgram.node(folder, asking()).out()).contains(Answers.HIDDEN);
    }

    private String[] asking() {
        return new String[] {"--router", trio.router(), "--max-new-tokens", "12"};
    }

    @Test
    void sendsOneTraceFromAllThree() throws Exception {
        GenerateOnceResponse answer = trio.calls().generateOnce(Answers.once(Answers.request("speckv-pc")));
        String trace = answer.getStarted().getTraceId();

        Set<String> all = Set.of("speckv-router", "speckv-draft", "speckv-target");
        Answers.await(SOON, () -> {
            Set<String> missing = new TreeSet<>(all);
            missing.removeAll(senders(trace));
            return String.join(", ", missing);
        });
    }

    /** Returns the services whose spans of a trace have arrived. */
    private Set<String> senders(String trace) {
        return trio.received()
                .lines()
                .filter(line -> line.startsWith(TraceReceiver.SPANS))
                .map(line -> Base64.getDecoder().decode(line.substring(TraceReceiver.SPANS.length())))
                .flatMap(export -> parsed(export).getResourceSpansList().stream())
                .filter(spans -> traces(spans).contains(trace))
                .map(ContainersTest::sender)
                .collect(Collectors.toSet());
    }

    private static ExportTraceServiceRequest parsed(byte[] export) {
        try {
            return ExportTraceServiceRequest.parseFrom(export);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not an export of spans", e);
        }
    }

    private static Set<String> traces(ResourceSpans spans) {
        return spans.getScopeSpansList().stream()
                .flatMap(scope -> scope.getSpansList().stream())
                .map(span -> HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                .collect(Collectors.toSet());
    }

    private static String sender(ResourceSpans spans) {
        return spans.getResource().getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals("service.name"))
                .map(attribute -> attribute.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    @Test
    void answersWithoutTheDraftWhenItIsKilledUnderLoad() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            var request = Answers.once(Answers.request("speckv-pc"));
            List<Future<GenerateOnceResponse>> answers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                answers.add(callers.submit(() -> trio.calls().generateOnce(request)));
            }
            assertThat(Answers.fellBack(answers.get(0).get(2, TimeUnit.MINUTES)))
                    .isFalse();
            trio.kill(Service.DRAFT);

            for (Future<GenerateOnceResponse> answer : answers) {
                assertThat(answer.get(2, TimeUnit.MINUTES).getAnswer().getText())
                        .contains(Answers.HIDDEN);
            }
            assertThat(Answers.fallback(answers.get(answers.size() - 1).get()))
                    .isEqualTo(FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE);
        } finally {
            callers.shutdownNow();
            trio.startAgain(Service.DRAFT);
        }
    }

    @Test
    void saysThatThereIsNoTargetBehindACutNetworkAndFindsItAgain() throws Exception {
        var request = Answers.once(Answers.request("full"));
        trio.disconnect(Service.TARGET);
        try {
            RemoteFailure failure = failure(() -> trio.calls().generateOnce(request));

            assertThat(failure.status()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.code()).contains(FailureCode.NO_TARGET);
        } finally {
            trio.connect(Service.TARGET);
        }
        trio.awaitAnswer(Answers.request("full"));
    }

    @Test
    void finishesAnAnswerWhileItsTargetRestarts() throws Exception {
        Iterator<GenerateResponse> answer = trio.calls().generate(Answers.longRequest(DRAINED_ANSWER));
        answer.next();
        CompletableFuture<Void> restart = CompletableFuture.runAsync(() -> trio.restart(Service.TARGET));
        GenerateResponse last = answer.next();
        while (answer.hasNext()) {
            last = answer.next();
        }

        assertThat(last.getFinished().getUsage().getGeneratedTokenCount()).isEqualTo(DRAINED_ANSWER);
        restart.get(2, TimeUnit.MINUTES);
        trio.awaitAnswer(Answers.request("full"));
    }

    @Test
    void saysHowFarAnAnswerCameWhoseTargetWasKilled() throws Exception {
        Iterator<GenerateResponse> answer = trio.calls().generate(Answers.longRequest(LONG_ANSWER));
        answer.next();
        trio.kill(Service.TARGET);
        try {
            RemoteFailure failure = failure(() -> answer.forEachRemaining(message -> {}));

            assertThat(failure.code()).contains(FailureCode.TARGET_LOST);
            assertThat(Integer.parseInt(requireNonNull(failure.metadata().get("generated_token_count"))))
                    .isBetween(1, LONG_ANSWER - 1);
        } finally {
            trio.startAgain(Service.TARGET);
        }
    }

    private static RemoteFailure failure(Runnable call) {
        StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call::run);
        return RemoteFailure.of(requireNonNull(thrown, "no failure")).orElseThrow();
    }
}
