package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** One kind of engine. Immutable. */
public sealed interface Dialect permits VllmDialect, SglangDialect, LlamaCppDialect, TensorRtLlmDialect, OpenAiDialect {
    /** Returns the name of this kind in settings and descriptions. */
    String kind();

    /**
     * Returns whether a list of models is from this kind of engine.
     *
     * @param owner value of {@code owned_by} in its entries
     */
    boolean isOwner(String owner);

    /** Returns the routes besides {@code /v1/models} that describe the engine. One that answers with an error is skipped. */
    List<String> factRoutes();

    /**
     * Returns the engine's description of itself.
     *
     * @param model its entry in the list of models
     * @param answers of the {@link #factRoutes}, in their order; a missing node for a route without an answer
     */
    EngineFacts facts(JsonNode model, List<JsonNode> answers);

    /** Returns the sampling settings that this kind of engine cannot follow. */
    List<Limitation> cannot(EngineSampling sampling);

    /** Returns whether it can hold answers to a form. */
    default boolean holdsToShapes() {
        return true;
    }

    /** Returns whether it takes priorities of requests. */
    default boolean takesPriority() {
        return false;
    }

    /** Returns whether it can keep parts of its cache separate by a salt. */
    default boolean takesCacheSalt() {
        return false;
    }

    /** Returns the call for a request. It contains every field that changes the answer. */
    EngineCall completion(EngineRequest request);

    /** Returns a reader for the answer. */
    AnswerReader reader(EngineRequest request);

    /** Returns whether answers have token ids and not only text. */
    default boolean givesIds() {
        return true;
    }

    /** Returns the call that makes the engine stop a request whose connection was closed; empty if it needs none. */
    default Optional<EngineCall> abort(EngineRequest request) {
        return Optional.empty();
    }

    /** Returns the call for the tokens of a text without framing tokens; empty if the engine cannot be asked. */
    Optional<EngineCall> tokenize(String model, String text);

    /** Adds token ids to a body. */
    static void putIds(ObjectNode body, String field, int[] ids) {
        var array = body.putArray(field);
        for (int id : ids) {
            array.add(id);
        }
    }
}
