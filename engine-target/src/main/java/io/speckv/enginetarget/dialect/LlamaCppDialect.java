package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * llama.cpp's server, used through its own {@code /completion} because its OpenAI route gives no ids. Samplers run in Hugging
 * Face's order, and unused ones are left out. llama.cpp has no stop tokens per request; they are found when the answer is read.
 * So are stop texts: the server holds text back that may begin one, and then tokens and their texts no longer come together.
 */
record LlamaCppDialect() implements Dialect {
    /** Seeds have 32 bits, and the largest value asks for a random seed. */
    private static final long SEED_MOST = 0xFFFF_FFFEL;

    private static final List<String> SAMPLERS = List.of("penalties", "temperature", "top_k", "top_p", "min_p");

    @Override
    public String kind() {
        return "llama-cpp";
    }

    @Override
    public boolean isOwner(String owner) {
        return owner.equals("llamacpp");
    }

    @Override
    public List<String> factRoutes() {
        return List.of("/props");
    }

    @Override
    public EngineFacts facts(JsonNode model, List<JsonNode> answers) {
        JsonNode props = answers.get(0);
        JsonNode meta = model.path("meta");
        // Each slot has a share of the context.
        int context = props.path("default_generation_settings")
                .path("n_ctx")
                .asInt(meta.path("n_ctx").asInt());
        return new EngineFacts(
                kind(),
                props.path("build_info").asText(),
                model.path("id").asText(),
                (props.path("model_path").asText() + " " + meta.path("n_params").asText()).strip(),
                context,
                meta.path("n_vocab").asInt());
    }

    @Override
    public List<Limitation> cannot(EngineSampling sampling) {
        if (sampling.seed() != null && Long.compareUnsigned(sampling.seed(), SEED_MOST) > 0) {
            return List.of(new Limitation("seed", "must be at most " + SEED_MOST));
        }
        if (sampling.minNewTokens() > 0) {
            return List.of(new Limitation("min_new_tokens", "must be 0"));
        }
        return sampling.shape() instanceof AnswerShape.Regex
                ? List.of(new Limitation("response_format.regex", "must be unset"))
                : List.of();
    }

    @Override
    public EngineCall completion(EngineRequest request) {
        EngineSampling sampling = request.sampling();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", request.model());
        Dialect.putIds(body, "prompt", request.prompt());
        body.put("n_predict", sampling.maxNewTokens())
                .put("temperature", sampling.temperature())
                .put("top_k", sampling.topK())
                .put("top_p", sampling.topP())
                .put("min_p", sampling.minP())
                .put("repeat_penalty", sampling.repetitionPenalty())
                .put("repeat_last_n", request.prompt().length + sampling.maxNewTokens())
                .put("presence_penalty", sampling.presencePenalty())
                .put("frequency_penalty", sampling.frequencyPenalty())
                .put("seed", sampling.seed() == null ? SEED_MOST + 1 : sampling.seed())
                .put("ignore_eos", sampling.ignoreEos())
                .put("cache_prompt", true)
                .put("return_tokens", true)
                .put("timings_per_token", true)
                .put("stream", true);
        if (!sampling.logitBias().isEmpty()) {
            var biases = body.putArray("logit_bias");
            sampling.logitBias().forEach((id, bias) -> biases.addArray().add(id).add(bias));
        }
        SAMPLERS.forEach(body.putArray("samplers")::add);
        if (sampling.shape() instanceof AnswerShape.Json json) {
            body.set("json_schema", json.schema());
        } else if (sampling.shape() instanceof AnswerShape.Choice choice) {
            body.put("grammar", choice.grammar());
        } else if (sampling.shape() instanceof AnswerShape.Grammar grammar) {
            body.put("grammar", grammar.text());
        }
        if (sampling.topLogprobs() != null) {
            // 0 would mean no log probabilities at all.
            body.put("n_probs", Math.max(1, sampling.topLogprobs()));
        }
        return new EngineCall("/completion", body);
    }

    @Override
    public AnswerReader reader(EngineRequest request) {
        return new LlamaCppReader(request.sampling().alternatives());
    }

    @Override
    public Optional<EngineCall> tokenize(String model, String text) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("content", text).put("add_special", false).put("parse_special", true);
        return Optional.of(new EngineCall("/tokenize", body));
    }
}
