package io.speckv.enginetarget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import io.speckv.enginetarget.http.EngineClient;
import io.speckv.enginetarget.http.EngineReply;
import io.speckv.kit.stream.DaemonTimer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one engine: which kind it is, what it serves, whether it can be asked now. When what it serves changes, its tokenizer
 * is compared with ours before requests go there again. Confined to its own thread, but for {@link #engine}.
 */
final class EngineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final String MODELS = "/v1/models";
    private static final int NOT_FOUND = 404;

    private final EngineClient client;
    private final EngineTargetSettings settings;
    private final TokenizerBattery battery;
    private final Listener listener;
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-engine-watch");
    private volatile @Nullable KnownEngine known;
    private String trouble = "";

    /** Told whether requests can go to the engine now. */
    interface Listener {
        void ready(KnownEngine engine);

        void notReady(String why);
    }

    /** Why requests cannot go to the engine now. */
    private static final class NotReadyException extends Exception {
        private static final long serialVersionUID = 1;

        NotReadyException(String why) {
            super(why);
        }
    }

    EngineWatch(EngineClient client, EngineTargetSettings settings, TokenizerBattery battery, Listener listener) {
        this.client = client;
        this.settings = settings;
        this.battery = battery;
        this.listener = listener;
    }

    /** Begins to look, at once and then again and again. */
    void start() {
        var unused = timer.scheduleWithFixedDelay(
                this::look, 0, settings.engine().lookEvery().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks soon: an answer went wrong in a way that the engine may be another one. */
    void lookNow() {
        try {
            timer.execute(this::look);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed"); // the last answers end when the process does
        }
    }

    /** Returns the engine as it was when it could last be asked. */
    Optional<KnownEngine> engine() {
        return Optional.ofNullable(known);
    }

    private void look() {
        try {
            KnownEngine now = ask();
            KnownEngine before = known;
            if (!now.equals(before)) {
                known = null; // nothing is asked of it before the comparison
                requireOurTokenizer(now);
                LOG.atInfo()
                        .addKeyValue("kind", now.facts().kind())
                        .addKeyValue("version", now.facts().version())
                        .addKeyValue("model", now.facts().model())
                        .addKeyValue("context_tokens", now.facts().contextTokens())
                        .log(before == null ? "engine found" : "the engine serves something else now");
                known = now;
            }
            trouble = "";
            listener.ready(now);
        } catch (InterruptedIOException e) {
            LOG.debug("closed");
        } catch (IOException e) {
            notReady("the engine cannot be reached: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        } catch (NotReadyException e) {
            notReady(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("looking at the engine failed", e);
            notReady("what the engine says of itself could not be read");
        }
    }

    private void notReady(String why) {
        if (!why.equals(trouble)) {
            trouble = why;
            LOG.atWarn()
                    .addKeyValue("url", settings.engine().url())
                    .addKeyValue("cause", why)
                    .log("the engine cannot be asked");
        }
        listener.notReady(why);
    }

    private KnownEngine ask() throws IOException, NotReadyException {
        EngineReply health = get("/health");
        if (!health.isOk() && health.status() != NOT_FOUND) {
            throw new NotReadyException("the engine says of its health: " + told(health));
        }
        EngineReply models = get(MODELS);
        if (!models.isOk()) {
            throw new NotReadyException("the engine answers " + MODELS + " with: " + told(models));
        }
        JsonNode model = model(models.json().path("data"));
        Dialect dialect = settings.engine()
                .setDialect()
                .orElseGet(() -> Dialects.ofOwner(model.path("owned_by").asText()));
        List<JsonNode> answers = new ArrayList<>();
        for (String route : dialect.factRoutes()) {
            EngineReply reply = get(route);
            answers.add(reply.isOk() ? reply.json() : MissingNode.getInstance());
        }
        return new KnownEngine(dialect, withLimit(dialect.facts(model, answers)));
    }

    private EngineFacts withLimit(EngineFacts facts) throws NotReadyException {
        Integer set = settings.limits().contextTokens();
        if (set == null && facts.contextTokens() < 2) {
            throw new NotReadyException("engines of kind " + facts.kind()
                    + " do not say how long their context is: set limits.context-tokens");
        }
        int context = set == null
                ? facts.contextTokens()
                : facts.contextTokens() == 0 ? set : Math.min(set, facts.contextTokens());
        return new EngineFacts(facts.kind(), facts.version(), facts.model(), context, facts.vocabSize());
    }

    private JsonNode model(JsonNode data) throws NotReadyException {
        String wanted = settings.engine().model();
        for (JsonNode model : data) {
            if (wanted == null || wanted.equals(model.path("id").asText()) || isAlias(model, wanted)) {
                return model;
            }
        }
        String listed = StreamSupport.stream(data.spliterator(), false)
                .map(model -> model.path("id").asText())
                .collect(Collectors.joining(", "));
        throw new NotReadyException(
                wanted == null
                        ? "the engine lists no model"
                        : "the engine does not list engine.model " + wanted + ", but: " + listed);
    }

    private static boolean isAlias(JsonNode model, String wanted) {
        return StreamSupport.stream(model.path("aliases").spliterator(), false)
                .anyMatch(alias -> alias.asText().equals(wanted));
    }

    private void requireOurTokenizer(KnownEngine engine) throws IOException, NotReadyException {
        TokenizerBattery.Outcome outcome = battery.compare(engine);
        if (outcome instanceof TokenizerBattery.Outcome.Different different) {
            throw new NotReadyException(
                    "the engine's tokenizer is not that of " + settings.tokenizer() + ": " + different.how());
        }
        if (outcome instanceof TokenizerBattery.Outcome.Unknown unknown) {
            LOG.atWarn()
                    .addKeyValue("cause", unknown.why())
                    .log("the engine's tokenizer could not be compared with ours");
        } else if (outcome instanceof TokenizerBattery.Outcome.Same same) {
            LOG.atInfo().addKeyValue("texts", same.texts()).log("the engine's tokenizer is ours");
        }
    }

    private EngineReply get(String path) throws IOException {
        return TokenizerBattery.await(client.get(path, WITHIN));
    }

    private static String told(EngineReply reply) {
        JsonNode error = reply.json().path("error");
        String message =
                error.isTextual() ? error.asText() : error.path("message").asText("no reason");
        return "status " + reply.status() + ", " + message;
    }

    /** Returns once it looks no more, so that what it uses can be closed. */
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the engine is still looked at");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
