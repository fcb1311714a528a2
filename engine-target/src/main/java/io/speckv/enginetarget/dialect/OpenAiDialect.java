package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any other server with OpenAI's {@code /v1/completions}. It takes ids and returns only text. */
record OpenAiDialect() implements Dialect {
    @Override
    public String kind() {
        return "openai";
    }

    @Override
    public boolean isOwner(String owner) {
        return true;
    }

    @Override
    public List<String> factRoutes() {
        return List.of();
    }

    @Override
    public EngineFacts facts(JsonNode model, List<JsonNode> answers) {
        return new EngineFacts(
                kind(),
                "",
                model.path("id").asText(),
                model.path("root").asText(),
                model.path("max_model_len").asInt(),
                0);
    }

    @Override
    public List<Limitation> cannot(EngineSampling sampling) {
        Map<String, Boolean> asked = new LinkedHashMap<>();
        asked.put("top_k", sampling.topK() != 0);
        asked.put("min_p", sampling.minP() != 0);
        asked.put("repetition_penalty", sampling.repetitionPenalty() != 1);
        asked.put("ignore_eos", sampling.ignoreEos());
        asked.put("stop_token_ids", !sampling.stopTokenIds().isEmpty());
        asked.put("top_logprobs", sampling.topLogprobs() != null);
        asked.put("min_new_tokens", sampling.minNewTokens() > 0);
        asked.put("response_format", sampling.shape() != null);
        return asked.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(field -> Limitation.unknown(field.getKey()))
                .toList();
    }

    @Override
    public EngineCall completion(EngineRequest request) {
        // Stop texts are not sent, since the server would not tell which one came; the reader of the text finds them.
        return new EngineCall("/v1/completions", CompletionBody.of(request));
    }

    @Override
    public AnswerReader reader(EngineRequest request) {
        return OpenAiDialect::read;
    }

    private static List<AnswerEvent> read(JsonNode event) {
        List<AnswerEvent> events = new ArrayList<>();
        for (JsonNode choice : event.path("choices")) {
            String text = choice.path("text").asText();
            if (!text.isEmpty()) {
                events.add(new AnswerEvent.Text(text));
            }
            if (choice.hasNonNull("finish_reason")) {
                events.add(CompletionEvents.ended(choice, List.of()));
            }
        }
        events.addAll(CompletionEvents.besidesChoices(event));
        return events;
    }

    @Override
    public boolean holdsToShapes() {
        return false;
    }

    @Override
    public boolean givesIds() {
        return false;
    }

    @Override
    public Optional<EngineCall> tokenize(String model, String text) {
        return Optional.empty();
    }
}
