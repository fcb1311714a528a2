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
     * Returns whether a list of models comes from this kind of engine.
     *
     * @param owner what its entries say under {@code owned_by}
     */
    boolean isOwner(String owner);

    /** Returns the routes that tell about the engine besides {@code /v1/models}; one that answers with an error is passed over. */
    List<String> factRoutes();

    /**
     * Returns what the engine says of itself.
     *
     * @param model its entry in the list of models
     * @param answers to {@link #factRoutes}, in their order; missing nodes where there was none
     */
    EngineFacts facts(JsonNode model, List<JsonNode> answers);

    /** Returns what of a request this kind of engine cannot do. */
    List<Limitation> cannot(EngineSampling sampling);

    /** Returns whether it can hold answers to a form. */
    default boolean holdsToShapes() {
        return true;
    }

    /** Returns whether it is told which requests go first. */
    default boolean takesPriority() {
        return false;
    }

    /** Returns whether it keeps its cache apart by a salt. */
    default boolean takesCacheSalt() {
        return false;
    }

    /** Returns what to send; every field that changes the answer is in it. */
    EngineCall completion(EngineRequest request);

    /** Returns what reads the answer. */
    AnswerReader reader(EngineRequest request);

    /** Returns whether answers carry token ids, and not text alone. */
    default boolean givesIds() {
        return true;
    }

    /** Returns what to send so that the engine stops a request whose connection was closed; most need nothing. */
    default Optional<EngineCall> abort(EngineRequest request) {
        return Optional.empty();
    }

    /** Returns what to send for the tokens of a text without anything around them; nothing where it cannot be asked. */
    Optional<EngineCall> tokenize(String model, String text);

    /** Adds token ids to a body. */
    static void putIds(ObjectNode body, String field, int[] ids) {
        var array = body.putArray(field);
        for (int id : ids) {
            array.add(id);
        }
    }
}
