package io.speckv.draft;

import io.speckv.engine.generate.DraftListener;
import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.sampling.Greedy;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;
import io.speckv.serving.EngineFailures;
import io.speckv.serving.PromptClassifier;
import io.speckv.serving.ServedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A draft service from settings to a running server. It wires the parts and closes them in the right order. */
public final class DraftServer implements AutoCloseable {
    private static final int WARM_UP_TOKENS = 64;

    private final GrpcProcess process;
    private final DraftEngine engine;

    private DraftServer(GrpcProcess process, DraftEngine engine) {
        this.process = process;
        this.engine = engine;
    }

    /**
     * Listens, loads the model, warms it up, and serves calls.
     *
     * @throws IOException if the address cannot be listened on
     * @throws io.speckv.engine.EngineException if the model cannot be loaded
     */
    public static DraftServer start(DraftSettings settings) throws IOException {
        return start(
                settings,
                Telemetry.start(
                        settings.telemetry(),
                        new Telemetry.ServiceIdentity("speckv-draft", BuildVersion.current()),
                        List.of()));
    }

    /** Starts with a telemetry that the caller made and the server closes. */
    public static DraftServer start(DraftSettings settings, Telemetry telemetry) throws IOException {
        DraftService service = new DraftService(telemetry, settings);
        GrpcProcess process = GrpcProcess.start(
                settings.server(),
                new HostedServices(List.of(service), List.of(telemetry.serverInterceptor()), new EngineFailures()));
        boolean serving = false;
        try {
            ServedModel model = ServedModel.open(settings.model(), settings.modelOptions());
            PromptClassifier classifier = classifier(settings);
            DraftEngine engine = new DraftEngine(model, classifier, settings, process::lost);
            process.closeAtStop(engine);
            if (classifier != null) {
                process.closeAtStop(classifier);
            }
            process.closeAtStop(model);
            process.closeAtStop(service);
            process.closeAtStop(telemetry);
            process.whenStopping(engine::stopSpeculation);
            process.beforeCut(() -> service.failStreams(DraftEngine.stopped()));
            observe(telemetry, engine);
            warmUp(engine);
            service.attach(engine);
            process.serving();
            serving = true;
            return new DraftServer(process, engine);
        } finally {
            if (!serving) {
                process.close();
            }
        }
    }

    private static @Nullable PromptClassifier classifier(DraftSettings settings) {
        Path folder = settings.classifier().folder();
        return folder == null
                ? null
                : PromptClassifier.open(folder, settings.model().options());
    }

    private static void observe(Telemetry telemetry, DraftEngine engine) {
        telemetry.metrics().observe(Metric.QUEUE_DEPTH, engine.admission()::queued);
        telemetry.metrics().observe(Metric.QUEUE_TOKENS, engine.admission()::queuedTokens);
        telemetry.metrics().observe(Metric.PREFIX_BYTES, engine::prefixBytes);
        telemetry.metrics().observe(Metric.SLOTS_USED, engine::analysing);
        telemetry.metrics().observe(Metric.SLOTS_LIMIT, engine::slots);
    }

    /** The first pass compiles the graph's kernels. No request should have to wait for that. */
    private static void warmUp(DraftEngine engine) {
        AttentionScoring scoring =
                new AttentionScoring(1, true, 0, Reduction.MAX, Reduction.MAX, Reduction.MAX, false, 2, 1);
        DraftTask task = new DraftTask(
                new int[Math.min(WARM_UP_TOKENS, engine.maxPromptTokens())],
                scoring,
                2,
                2,
                (logits, drafted) -> Greedy.token(logits),
                Set.of());
        engine.read(task, new DraftListener() {
            @Override
            public void scored(float[] scores) {}

            @Override
            public boolean drafted(int token) {
                return true;
            }
        });
    }

    /** Returns the server's process, so that callers can wait for its end. */
    public GrpcProcess process() {
        return process;
    }

    /** Returns the port on which the server listens. */
    public int port() {
        return process.port();
    }

    /** Returns the cache slots in use now: 0 while nothing runs. */
    public int slotsUsed() {
        return engine.slotsUsed();
    }

    /** Returns the number of native scopes and arrays that the engine holds. It is constant whenever nothing runs. */
    int nativeScopes() {
        return engine.model().decoder().openScopesAndArrays();
    }

    @Override
    public void close() {
        process.close();
    }
}
