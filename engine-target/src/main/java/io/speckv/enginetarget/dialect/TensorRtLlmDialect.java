package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * TensorRT-LLM's {@code trtllm-serve}. It refuses unknown fields, and gives ids instead of text with {@code detokenize: false}.
 * Written from its source, not tried on a running server.
 */
record TensorRtLlmDialect() implements Dialect {
    @Override
    public String kind() {
        return "tensorrt-llm";
    }

    @Override
    public boolean isOwner(String owner) {
        return owner.equals("tensorrt_llm");
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
        // Its log probabilities name tokens only by their text.
        return sampling.topLogprobs() == null ? List.of() : List.of(Limitation.unknown("top_logprobs"));
    }

    @Override
    public EngineCall completion(EngineRequest request) {
        ObjectNode body = CompletionBody.of(request);
        CompletionBody.putVllmFields(body, request.sampling());
        AnswerShape shape = request.sampling().shape();
        if (shape instanceof AnswerShape.Json json) {
            body.putObject("response_format").put("type", "json").set("schema", json.schema());
        } else if (shape instanceof AnswerShape.Regex regex) {
            body.putObject("response_format").put("type", "regex").put("regex", regex.pattern());
        } else if (shape instanceof AnswerShape.Choice choice) {
            body.putObject("response_format").put("type", "regex").put("regex", choice.pattern());
        } else if (shape instanceof AnswerShape.Grammar grammar) {
            body.putObject("response_format").put("type", "ebnf").put("ebnf", grammar.text());
        }
        // Stop texts are not sent, since the server sees no text here; the reader of the ids finds them.
        body.put("detokenize", false).put("add_special_tokens", false);
        return new EngineCall("/v1/completions", body);
    }

    @Override
    public AnswerReader reader(EngineRequest request) {
        return event -> read(event, request.sampling());
    }

    private static List<AnswerEvent> read(JsonNode event, EngineSampling sampling) {
        List<AnswerEvent> events = new ArrayList<>();
        for (JsonNode choice : event.path("choices")) {
            int[] ids = CompletionEvents.ids(choice.path("token_ids"));
            if (ids.length > 0) {
                events.add(new AnswerEvent.Tokens(ids, List.of()));
            }
            if (choice.hasNonNull("finish_reason")) {
                events.add(CompletionEvents.ended(choice, sampling.stopTokenIds()));
            }
        }
        events.addAll(CompletionEvents.besidesChoices(event));
        return events;
    }

    @Override
    public Optional<EngineCall> tokenize(String model, String text) {
        // Its tokenize route adds framing tokens, which this comparison does not want.
        return Optional.empty();
    }
}
