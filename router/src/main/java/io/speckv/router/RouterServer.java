package io.speckv.router;

import io.speckv.http.HttpGateway;
import io.speckv.http.HttpSettings;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.server.FreePort;
import io.speckv.kit.server.GrpcProcess;
import io.speckv.kit.server.HostedServices;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.draft.DraftBreaker;
import io.speckv.router.target.TargetTerms;
import io.speckv.text.ChatEncoder;
import io.speckv.text.ChatTemplate;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A router from settings to a running server: wires the parts and owns their order of closing. */
public final class RouterServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterServer.class);

    private final GrpcProcess process;
    private final Admission admission;
    private final ModelDirectory directory;
    private final @Nullable HttpGateway gateway;

    private RouterServer(
            GrpcProcess process, Admission admission, ModelDirectory directory, @Nullable HttpGateway gateway) {
        this.process = process;
        this.directory = directory;
        this.admission = admission;
        this.gateway = gateway;
    }

    /**
     * Listens, for HTTP too where a port is set, and loads the tokenizer. Health says SERVING, and requests are taken, as soon as a target has described
     * itself.
     *
     * @throws IOException if an address cannot be listened on
     * @throws SettingsException if the default method's settings are not valid
     * @throws io.speckv.text.TextException if a tokenizer or chat template cannot be loaded
     */
    public static RouterServer start(RouterSettings settings) throws IOException {
        return start(
                settings,
                Telemetry.start(
                        settings.telemetry(),
                        new Telemetry.ServiceIdentity("speckv-router", BuildVersion.current()),
                        List.of()));
    }

    /**
     * Returns normally if a router with these settings could listen now.
     *
     * @throws IOException if one of its ports is taken
     */
    public static void requireFreePorts(RouterSettings settings) throws IOException {
        FreePort.require(settings.server().address(), settings.server().port());
        FreePort.require(settings.server().adminAddress(), settings.server().adminPort());
        FreePort.require(settings.http().address(), settings.http().port());
    }

    /** Starts with a telemetry of the caller's making, which the server closes. */
    public static RouterServer start(RouterSettings settings, Telemetry telemetry) throws IOException {
        MethodReader methods = methods(settings);
        RouterService service = new RouterService(settings.streams().outbox());
        GrpcProcess process = GrpcProcess.start(
                settings.server(),
                new HostedServices(List.of(service), List.of(telemetry.serverInterceptor()), FailureClassifier.NONE));
        Deque<AutoCloseable> opened = new ArrayDeque<>(List.of(telemetry, service));
        boolean started = false;
        try {
            RouterParts parts = parts(settings, telemetry, methods, service.timer(), opened);
            telemetry.metrics().observe(Metric.QUEUE_DEPTH, parts.admission()::queued);
            telemetry.metrics().observe(Metric.QUEUE_TOKENS, parts.admission()::queuedTokens);
            RequestMetrics.startCounting(telemetry.metrics());
            service.attach(parts);
            process.beforeCut(() -> service.failCalls(
                    RequestException.of(FailureCode.DRAINING, "the router stops before the answer is complete")));
            HttpGateway gateway = gateway(settings.http(), settings.server().tokensFile() != null, process, opened);
            parts.directory().start(new Telling(process));
            started = true;
            return new RouterServer(process, parts.admission(), parts.directory(), gateway);
        } finally {
            // What was opened last may use what was opened before it.
            opened.descendingIterator().forEachRemaining(process::closeAtStop);
            if (!started) {
                process.close();
            }
        }
    }

    private static @Nullable HttpGateway gateway(
            HttpSettings settings, boolean asksForTokens, GrpcProcess process, Deque<AutoCloseable> opened)
            throws IOException {
        if (settings.port() < 0) {
            return null;
        }
        HttpGateway gateway = HttpGateway.start(settings, process.insideChannel(), asksForTokens);
        opened.add(gateway);
        return gateway;
    }

    /** Makes health say what the directory knows. */
    private record Telling(GrpcProcess process) implements ModelDirectory.Listener {
        @Override
        public void ready() {
            process.serving();
        }

        @Override
        public void notReady(String why) {
            process.notServing(why);
        }
    }

    private static MethodReader methods(RouterSettings settings) {
        try {
            return new MethodReader(settings.method(), settings.fallback());
        } catch (IllegalArgumentException e) {
            throw new SettingsException("method or fallback: " + e.getMessage(), e);
        }
    }

    private static RouterParts parts(
            RouterSettings settings,
            Telemetry telemetry,
            MethodReader methods,
            ScheduledExecutorService timer,
            Deque<AutoCloseable> opened) {
        Tokenizer tokenizer = Tokenizer.open(settings.tokenizer().target());
        opened.add(tokenizer);
        Tokenizer draftTokenizer = null;
        if (settings.tokenizer().draft() != null) {
            draftTokenizer = Tokenizer.open(settings.tokenizer().draft());
            opened.add(draftTokenizer);
        }
        var tracing = List.of(telemetry.clientInterceptor());
        ServiceChannel targetChannel = PoolChannel.open(settings.target(), TargetServiceGrpc.SERVICE_NAME, tracing);
        opened.add(targetChannel);
        ServiceChannel draftChannel = PoolChannel.open(settings.draft(), DraftServiceGrpc.SERVICE_NAME, tracing);
        opened.add(draftChannel);
        var targets = TargetServiceGrpc.newStub(targetChannel.channel());
        var drafts = DraftServiceGrpc.newStub(draftChannel.channel());
        ModelDirectory directory = new ModelDirectory(
                targetChannel,
                settings.drafting().enabled() ? draftChannel : null,
                tokenizer.fingerprint(),
                new ModelDirectory.DraftTerms(
                        Stream.of(tokenizer, draftTokenizer == null ? tokenizer : draftTokenizer)
                                .map(Tokenizer::fingerprint)
                                .collect(Collectors.toSet()),
                        methods.failsWithoutDraft()),
                settings.describeEvery(),
                telemetry.metrics());
        opened.add(directory);
        TargetTerms terms =
                new TargetTerms(settings.progress(), settings.target().attempts(), timer, telemetry.metrics());
        ChatEncoder encoder = chats(settings, tokenizer);
        AnswerRules answers =
                encoder == null ? null : new AnswerRules(settings.answers(), tokenizer, encoder.template());
        ChatReader chats = encoder == null || answers == null ? null : new ChatReader(encoder, answers);
        PromptReader prompts = new PromptReader(tokenizer, chats);
        ProtectionReader protections = new ProtectionReader(
                settings.protection(), prompt -> chats == null ? Optional.empty() : chats.origins(prompt));
        return new RouterParts(
                telemetry,
                tokenizer,
                directory,
                new RequestReader(
                        directory,
                        prompts,
                        methods,
                        protections,
                        marks -> answers != null && answers.needSpecialTokens(marks),
                        settings.compressFrom()),
                methods,
                new DraftPlanner(
                        directory,
                        tokenizer,
                        draftTokenizer,
                        settings.drafting().lookaheadTimeLimit()),
                new FallbackRules(
                        directory,
                        methods,
                        Set.copyOf(tokenizer.specialTokens().values()),
                        settings.fallback().ngramTokens()),
                new Admission(settings.queue().admission()),
                drafts,
                // What an answer sets off is short: it runs where its messages arrive, on no thread of its own.
                targets.withExecutor(Runnable::run),
                terms,
                settings.drafting(),
                settings.protection().wholeOnCollapse(),
                new DraftBreaker(
                        settings.drafting().silences(), settings.drafting().pause()),
                new Shadow(
                        settings.shadow(),
                        methods,
                        telemetry.metrics(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                timer);
    }

    private static @Nullable ChatEncoder chats(RouterSettings settings, Tokenizer tokenizer) {
        Path folder = settings.tokenizer().target();
        ChatTemplate template;
        try {
            if (!ChatTemplate.isIn(folder)) {
                return null;
            }
            template = ChatTemplate.open(folder);
        } catch (ChatTemplateException e) {
            LOG.atWarn().setCause(e).log("the chat template cannot be read; chats are refused");
            return null;
        }
        template.problems()
                .forEach((name, problem) -> LOG.atWarn()
                        .addKeyValue("template", name)
                        .addKeyValue("problem", problem)
                        .log("a chat template cannot be parsed; chats that need it are refused"));
        return new ChatEncoder(tokenizer, template);
    }

    /** Returns the server's process, to wait for its end. */
    public GrpcProcess process() {
        return process;
    }

    /** Returns the port that is listened on. */
    public int port() {
        return process.port();
    }

    /** Returns the port that HTTP is listened on, or -1 without HTTP. */
    public int httpPort() {
        return gateway == null ? -1 : gateway.port();
    }

    /** Returns whether a target has described itself. */
    public boolean knowsTarget() {
        return directory.knowsTarget();
    }

    /** Returns whether a draft has. */
    public boolean knowsDraft() {
        return directory.draft().isPresent();
    }

    /** Returns the requests that run now: 0 while nobody asks. */
    public int running() {
        return admission.running();
    }

    @Override
    public void close() {
        process.close();
    }
}
