package io.speckv.enginetarget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineReply;
import io.speckv.enginetarget.dialect.Dialect;
import io.speckv.enginetarget.dialect.Dialects;
import io.speckv.enginetarget.dialect.EngineFacts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Asks an engine for its kind and what it serves. Thread-safe. */
public final class EngineInquiry {
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final String MODELS = "/v1/models";
    private static final int NOT_FOUND = 404;

    private final EngineClient client;
    private final Optional<Dialect> set;
    private final @Nullable String wanted;
    private final @Nullable Integer contextTokens;

    /**
     * @param set the kind of engine; empty to find it out
     * @param wanted name of the model there; null for the first that it lists
     * @param contextTokens of prompt and answer together; null for the engine's own limit
     */
    public EngineInquiry(
            EngineClient client, Optional<Dialect> set, @Nullable String wanted, @Nullable Integer contextTokens) {
        this.client = client;
        this.set = set;
        this.wanted = wanted;
        this.contextTokens = contextTokens;
    }

    /**
     * Asks, and waits for the answers.
     *
     * @throws IOException if the engine cannot be reached, or its answer is too long
     * @throws EngineNotReadyException if it says that it takes no requests now, or does not list the model
     */
    public KnownEngine ask() throws IOException, EngineNotReadyException {
        EngineReply health = get("/health");
        if (!health.isOk() && health.status() != NOT_FOUND) {
            throw new EngineNotReadyException("the engine says of its health: " + told(health));
        }
        EngineReply models = get(MODELS);
        if (!models.isOk()) {
            throw new EngineNotReadyException("the engine answers " + MODELS + " with: " + told(models));
        }
        JsonNode model = model(models.json().path("data"));
        Dialect dialect =
                set.orElseGet(() -> Dialects.ofOwner(model.path("owned_by").asText()));
        List<JsonNode> answers = new ArrayList<>();
        for (String route : dialect.factRoutes()) {
            EngineReply reply = get(route);
            answers.add(reply.isOk() ? reply.json() : MissingNode.getInstance());
        }
        return new KnownEngine(dialect, withLimit(dialect.facts(model, answers)));
    }

    private EngineFacts withLimit(EngineFacts facts) throws EngineNotReadyException {
        if (contextTokens == null && facts.contextTokens() < 2) {
            throw new EngineNotReadyException("engines of kind " + facts.kind()
                    + " do not say how long their context is: set limits.context-tokens");
        }
        int context = contextTokens == null
                ? facts.contextTokens()
                : facts.contextTokens() == 0 ? contextTokens : Math.min(contextTokens, facts.contextTokens());
        return new EngineFacts(
                facts.kind(), facts.version(), facts.model(), facts.weights(), context, facts.vocabSize());
    }

    private JsonNode model(JsonNode data) throws EngineNotReadyException {
        for (JsonNode model : data) {
            if (wanted == null || wanted.equals(model.path("id").asText()) || isAlias(model, wanted)) {
                return model;
            }
        }
        String listed = StreamSupport.stream(data.spliterator(), false)
                .map(model -> model.path("id").asText())
                .collect(Collectors.joining(", "));
        throw new EngineNotReadyException(
                wanted == null
                        ? "the engine lists no model"
                        : "the engine does not list engine.model " + wanted + ", but: " + listed);
    }

    private static boolean isAlias(JsonNode model, String wanted) {
        return StreamSupport.stream(model.path("aliases").spliterator(), false)
                .anyMatch(alias -> alias.asText().equals(wanted));
    }

    private EngineReply get(String path) throws IOException {
        return TokenizerBattery.await(client.get(path, WITHIN));
    }

    private static String told(EngineReply reply) {
        return "status " + reply.status() + ", " + EngineRefusals.reason(reply);
    }
}
