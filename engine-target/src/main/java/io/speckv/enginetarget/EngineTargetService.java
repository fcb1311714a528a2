package io.speckv.enginetarget;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.enginetarget.dialect.EngineFacts;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.stream.GenerateMessages;
import io.speckv.kit.stream.OpenStreams;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.EngineDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.selection.method.Methods;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The target's gRPC service. It answers once {@code known} names an engine, and refuses before that. */
final class EngineTargetService extends TargetServiceGrpc.TargetServiceImplBase {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    /** Long enough that every method with a budget compresses. */
    private static final int LONG_PROMPT = 1 << 20;

    private final Telemetry telemetry;
    private final EngineTargetSettings settings;
    private final OrderReader orders;
    private final AnswerParts parts;
    private final Admission admission;
    private final Supplier<Optional<KnownEngine>> known;
    private final String fingerprint;
    private final OpenStreams streams = new OpenStreams();

    EngineTargetService(
            Telemetry telemetry,
            EngineTargetSettings settings,
            OrderReader orders,
            AnswerParts parts,
            Admission admission,
            Supplier<Optional<KnownEngine>> known) {
        this.telemetry = telemetry;
        this.settings = settings;
        this.orders = orders;
        this.parts = parts;
        this.admission = admission;
        this.known = known;
        this.fingerprint = parts.tokenizer().fingerprint();
    }

    @Override
    public void describe(TargetServiceDescribeRequest request, StreamObserver<TargetServiceDescribeResponse> observer) {
        observer.onNext(description(engine()));
        observer.onCompleted();
    }

    private TargetServiceDescribeResponse description(KnownEngine engine) {
        EngineFacts facts = engine.facts();
        return TargetServiceDescribeResponse.newBuilder()
                .setModel(ModelDescription.newBuilder()
                        .setName(settings.name() == null ? facts.model() : settings.name())
                        .setVocabSize(orders.vocabSize(engine))
                        .setTokenizerFingerprint(fingerprint)
                        .setMaxPromptTokenCount(orders.maxPromptTokens(engine))
                        .setMaxNewTokenCount(Math.min(settings.limits().newTokens(), facts.contextTokens() - 1)))
                .addAllMethods(withoutCacheStage())
                .setSlotCount(settings.queue().running())
                .setQueueCapacity(settings.queue().requests())
                .setVersion(BuildVersion.current())
                .setAbilities(OrderReader.abilities(engine))
                .setEngine(EngineDescription.newBuilder()
                        .setKind(facts.kind())
                        .setVersion(facts.version())
                        .setModel(facts.model()))
                .build();
    }

    private static List<String> withoutCacheStage() {
        return Methods.names().stream()
                .filter(name -> !Methods.of(name, Map.of()).cache().compresses(LONG_PROMPT))
                .toList();
    }

    @Override
    public StreamObserver<TargetServiceGenerateRequest> generate(
            StreamObserver<TargetServiceGenerateResponse> observer) {
        KnownEngine engine = engine();
        RequestTimeline timeline = RequestTimeline.start(telemetry);
        GenerateMessages messages = new GenerateMessages((start, stream) -> {
            EngineOrder order = orders.read(start, engine);
            return QueuedAnswer.enter(admission, order, new EngineAnswer(parts, order, stream, timeline));
        });
        return messages.open(
                (ServerCallStreamObserver<TargetServiceGenerateResponse>) observer,
                settings.streams().limits(),
                streams,
                parts.timer());
    }

    private KnownEngine engine() {
        return known.get()
                .orElseThrow(() -> RequestException.of(FailureCode.LOADING, "the engine has not been found yet")
                        .retryAfter(TRY_AGAIN));
    }

    /** Ends every stream with {@code failure}, and stops the requests at the engine. */
    void failStreams(RequestException failure) {
        streams.failAll(failure);
    }

    /** Returns the number of open streams. */
    int openStreams() {
        return streams.size();
    }
}
