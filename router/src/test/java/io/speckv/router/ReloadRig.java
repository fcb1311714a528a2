package io.speckv.router;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.kit.settings.SettingsSource;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.TargetAbilities;
import io.speckv.router.settings.RouterSettings;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A router with a settings file, in front of a scripted target of our kind, two of an engine's kind, and a draft. */
final class ReloadRig implements AutoCloseable {
    private static final TargetAbilities ENGINE =
            TargetAbilities.newBuilder().setLookaheadVerification(false).build();

    final FakeTarget own;
    final FakeTarget engine;
    final FakeTarget newEngine;
    final FakeDraft draft;
    private final FakeServer ownServer;
    private final FakeServer engineServer;
    private final FakeServer newEngineServer;
    private final FakeServer draftServer;
    private final MetricsPage metrics = new MetricsPage();
    private final Path file;
    private final RouterServer router;
    private final ManagedChannel channel;

    private ReloadRig(Path folder, String models) throws IOException {
        String fingerprint;
        try (Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL)) {
            fingerprint = tokenizer.fingerprint();
        }
        own = new FakeTarget(fingerprint);
        engine = new FakeTarget(fingerprint);
        engine.abilities = ENGINE;
        newEngine = new FakeTarget(fingerprint);
        newEngine.abilities = ENGINE;
        ownServer = FakeServer.serving(own);
        engineServer = FakeServer.serving(engine);
        newEngineServer = FakeServer.serving(newEngine);
        draft = new FakeDraft(fingerprint);
        draftServer = FakeServer.serving(draft);
        file = folder.resolve("router.yaml");
        write(models);
        router = RouterServer.start(settings(), source(file));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", router.port())
                .usePlaintext()
                .build();
    }

    /** Starts with models in which OWN, ENGINE, NEW_ENGINE and DEAD stand for addresses, and waits until all can be asked. */
    static ReloadRig start(Path folder, String models) throws IOException {
        ReloadRig rig = new ReloadRig(folder, models);
        RouterRig.await(rig::isReady, "the router does not serve");
        return rig;
    }

    private boolean isReady() {
        try {
            return describe().getModelsList().stream().allMatch(ServedModel::getReady);
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private SettingsSource<RouterSettings> source(Path file) {
        return new SettingsSource<>(
                RouterSettings.loader(),
                file,
                Map.of(),
                List.of(
                        "--server.port=0",
                        "--telemetry.log-level=ERROR",
                        metrics.flag(),
                        "--draft.channel.target=localhost:" + draftServer.port(),
                        "--tokenizer.target=" + RouterRig.MODEL,
                        "--describe-every=100ms",
                        "--reload-every=20ms"));
    }

    /** Returns what the file says now. */
    RouterSettings settings() {
        return source(file).load().value();
    }

    /** Returns what a file with these models would say; the router does not see it. */
    RouterSettings settings(String models) {
        try {
            return source(Files.writeString(file.resolveSibling("other.yaml"), addressed(models)))
                    .load()
                    .value();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a telemetry of its own, for parts that run beside the router. */
    Telemetry telemetry() {
        return Telemetry.start(
                RouterSettings.loader()
                        .load(null, Map.of(), List.of("--tokenizer.target=" + RouterRig.MODEL))
                        .value()
                        .telemetry(),
                new Telemetry.ServiceIdentity("test", "0"),
                List.of());
    }

    /** Replaces the file at once, as a careful operator does. */
    void write(String models) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next.yaml"), addressed(models));
        var unused = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String addressed(String models) {
        return models.replace("NEW_ENGINE", "localhost:" + newEngineServer.port())
                .replace("ENGINE", "localhost:" + engineServer.port())
                .replace("OWN", "localhost:" + ownServer.port())
                .replace("DEAD", "127.0.0.1:1");
    }

    private InferenceServiceBlockingStub stub() {
        return InferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(RouterRig.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    DescribeResponse describe() {
        return stub().describe(DescribeRequest.getDefaultInstance());
    }

    List<String> names() {
        return describe().getModelsList().stream().map(ServedModel::getName).toList();
    }

    GenerateOnceResponse ask(String model) {
        return ask(RouterRig.request("full").setModel(model).build());
    }

    GenerateOnceResponse ask(GenerateRequest request) {
        return stub().generateOnce(
                        GenerateOnceRequest.newBuilder().setRequest(request).build());
    }

    boolean isAnswered(GenerateRequest request) {
        try {
            return ask(request).hasFinished();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    /** Returns the status that a request is refused with, or null if it is answered. */
    Status.@Nullable Code refusal(String model) {
        try {
            var unused = ask(model);
            return null;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    /** Returns the count of changed files with this outcome. */
    List<Double> reloads(String outcome) {
        return metrics.samples("speckv_settings_reloads_total", outcome);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        router.close();
        draftServer.close();
        ownServer.close();
        engineServer.close();
        newEngineServer.close();
    }
}
