package io.speckv.bench.serving;

import io.grpc.BindableService;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.server.Started;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.router.RouterServer;
import io.speckv.router.settings.RouterSettings;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real router between stand-ins for draft and target, all on loopback, with connections to the router. */
final class ServingRig implements AutoCloseable {
    private static final int TOKENS_MAX = 1 << 20;
    private static final int MANY = 100_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "engine-times");
        thread.setDaemon(true);
        return thread;
    });
    private final FixedTimeTarget target;
    private final GrpcProcess draftServer;
    private final GrpcProcess targetServer;
    private final RouterServer router;
    private final RouterConnections connections;

    private record Settings(ServerSettings server) {}

    /** Starts everything and waits until the router serves. If a part fails, the parts that were started stop. */
    ServingRig(Path tokenizer, EngineTimes times) throws IOException {
        ModelDescription model = model(tokenizer);
        try (Started started = new Started()) {
            started.add(threads::shutdownNow);
            target = new FixedTimeTarget(model, times.targetPrefill(), threads);
            draftServer = started.add(serving(new FixedTimeDraft(model, times.draftPrefill(), threads)));
            targetServer = started.add(serving(target));
            router = started.add(RouterServer.start(RouterSettings.loader()
                    .load(
                            null,
                            Map.of(),
                            List.of(
                                    "--server.port=0",
                                    "--telemetry.log-level=WARN",
                                    "--tokenizer.target=" + tokenizer,
                                    "--draft.channel.target=localhost:" + draftServer.port(),
                                    "--target.channel.target=localhost:" + targetServer.port(),
                                    "--queue.running=" + MANY))
                    .value()));
            connections = new RouterConnections(router.port());
            started.complete();
        }
    }

    private static ModelDescription model(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return ModelDescription.newBuilder()
                    .setName("fixed-time")
                    .setVocabSize(tokenizer.vocabSize())
                    .setTokenizerFingerprint(tokenizer.fingerprint())
                    .setMaxPromptTokenCount(TOKENS_MAX)
                    .setMaxNewTokenCount(TOKENS_MAX)
                    .build();
        }
    }

    private static GrpcProcess serving(BindableService service) throws IOException {
        ServerSettings settings = SettingsLoader.withDefaults(Settings.class, ServerSettings.DEFAULTS)
                .load(
                        null,
                        Map.of(),
                        List.of(
                                "--server.port=0",
                                "--server.drain.calls=0s",
                                "--server.connections.max-concurrent-calls=" + MANY))
                .value()
                .server();
        GrpcProcess process =
                GrpcProcess.start(settings, new HostedServices(List.of(service), List.of(), FailureClassifier.NONE));
        process.serving();
        return process;
    }

    ExecutorService threads() {
        return threads;
    }

    FixedTimeTarget target() {
        return target;
    }

    RouterConnections connections() {
        return connections;
    }

    @Override
    public void close() {
        connections.close();
        router.close();
        draftServer.close();
        targetServer.close();
        threads.shutdownNow();
    }
}
