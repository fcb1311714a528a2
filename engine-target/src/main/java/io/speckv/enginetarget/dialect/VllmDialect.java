package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * vLLM's server. It gives ids with {@code return_token_ids}, and names the tokens of log probabilities {@code "token_id:N"}.
 * The token that ends an answer comes with the answer's tokens, without text.
 */
record VllmDialect() implements Dialect {
    private static final String ID = "token_id:";

    @Override
    public String kind() {
        return "vllm";
    }

    @Override
    public boolean isOwner(String owner) {
        return owner.equals("vllm");
    }

    @Override
    public List<String> factRoutes() {
        return List.of("/version");
    }

    @Override
    public EngineFacts facts(JsonNode model, List<JsonNode> answers) {
        return EngineFacts.of(kind(), answers.get(0), model);
    }

    @Override
    public List<Limitation> cannot(EngineSampling sampling) {
        return sampling.temperature() > 2 ? List.of(new Limitation("temperature", "must be at most 2")) : List.of();
    }

    @Override
    public boolean takesPriority() {
        return true;
    }

    @Override
    public boolean takesCacheSalt() {
        return true;
    }

    @Override
    public EngineCall completion(EngineRequest request) {
        ObjectNode body = CompletionBody.of(request);
        CompletionBody.putVllmFields(body, request.sampling());
        CompletionBody.putStops(body, request.sampling(), CompletionBody.STOPS_MOST);
        body.put("return_token_ids", true);
        CompletionBody.putHints(body, request.hints(), "cache_salt");
        putShape(body, request.sampling().shape());
        if (request.sampling().topLogprobs() != null) {
            body.put("logprobs", request.sampling().topLogprobs()).put("return_tokens_as_token_ids", true);
        }
        return new EngineCall("/v1/completions", body);
    }

    private static void putShape(ObjectNode body, @Nullable AnswerShape shape) {
        if (shape == null) {
            return;
        }
        ObjectNode outputs = body.putObject("structured_outputs");
        if (shape instanceof AnswerShape.Json json) {
            outputs.set("json", json.schema());
        } else if (shape instanceof AnswerShape.Regex regex) {
            outputs.put("regex", regex.pattern());
        } else if (shape instanceof AnswerShape.Choice choice) {
            choice.texts().forEach(outputs.putArray("choice")::add);
        } else if (shape instanceof AnswerShape.Grammar grammar) {
            outputs.put("grammar", grammar.text());
        }
    }

    @Override
    public AnswerReader reader(EngineRequest request) {
        return event -> read(event, request.sampling());
    }

    private static List<AnswerEvent> read(JsonNode event, EngineSampling sampling) {
        List<AnswerEvent> events = new ArrayList<>();
        for (JsonNode choice : event.path("choices")) {
            int[] ids = CompletionEvents.ids(choice.path("token_ids"));
            boolean ends = choice.hasNonNull("finish_reason");
            // vLLM counts the model's end token as part of the answer; our answers do not.
            boolean endsAtToken = ends
                    && choice.path("finish_reason").asText().equals("stop")
                    && !choice.path("stop_reason").isTextual();
            int kept = endsAtToken ? CompletionEvents.withoutEnd(ids, sampling.stopTokenIds()) : ids.length;
            if (kept > 0) {
                events.add(new AnswerEvent.Tokens(
                        Arrays.copyOf(ids, kept), logprobs(choice.path("logprobs"), kept, sampling.alternatives())));
            }
            if (ends) {
                events.add(CompletionEvents.ended(choice, sampling.stopTokenIds()));
            }
        }
        events.addAll(CompletionEvents.besidesChoices(event));
        return events;
    }

    private static List<EngineLogprobs> logprobs(JsonNode logprobs, int count, int alternatives) {
        if (!logprobs.isObject()) {
            return List.of();
        }
        List<EngineLogprobs> read = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // The chosen token is always listed, even if it is not among the likeliest.
            var likeliest = logprobs.path("top_logprobs").path(i).properties().stream()
                    .sorted((a, b) -> Double.compare(
                            b.getValue().doubleValue(), a.getValue().doubleValue()))
                    .limit(alternatives)
                    .toList();
            int[] tokens = new int[likeliest.size()];
            float[] values = new float[tokens.length];
            for (int j = 0; j < tokens.length; j++) {
                tokens[j] = id(likeliest.get(j).getKey());
                values[j] = likeliest.get(j).getValue().floatValue();
            }
            read.add(new EngineLogprobs(logprobs.path("token_logprobs").path(i).floatValue(), tokens, values));
        }
        return read;
    }

    private static int id(String token) {
        if (!token.matches(ID + "\\d{1,9}")) {
            throw new IllegalArgumentException("an alternative has no id");
        }
        return Integer.parseInt(token.substring(ID.length()));
    }

    @Override
    public Optional<EngineCall> tokenize(String model, String text) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model).put("prompt", text).put("add_special_tokens", false);
        return Optional.of(new EngineCall("/tokenize", body));
    }
}
