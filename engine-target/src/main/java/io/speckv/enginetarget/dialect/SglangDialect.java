package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * SGLang's server, used through its own {@code /generate}. Depending on how it was started, each event has the whole answer so
 * far or only the new part; the token count tells which. Written from SGLang's source, not tried on a running server.
 */
record SglangDialect() implements Dialect {
    private static final int TOP_K_ALL = -1;

    @Override
    public String kind() {
        return "sglang";
    }

    @Override
    public boolean isOwner(String owner) {
        return owner.equals("sglang");
    }

    @Override
    public List<String> factRoutes() {
        return List.of("/get_server_info");
    }

    @Override
    public EngineFacts facts(JsonNode model, List<JsonNode> answers) {
        return EngineFacts.of(kind(), answers.get(0), model);
    }

    @Override
    public List<Limitation> cannot(EngineSampling sampling) {
        return List.of();
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
        EngineSampling sampling = request.sampling();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("rid", request.id());
        Dialect.putIds(body, "input_ids", request.prompt());
        ObjectNode params = body.putObject("sampling_params");
        params.put("max_new_tokens", sampling.maxNewTokens())
                .put("min_new_tokens", sampling.minNewTokens())
                .put("temperature", sampling.temperature())
                .put("top_k", sampling.topK() == 0 ? TOP_K_ALL : sampling.topK())
                .put("top_p", sampling.topP())
                .put("min_p", sampling.minP())
                .put("repetition_penalty", sampling.repetitionPenalty())
                .put("presence_penalty", sampling.presencePenalty())
                .put("frequency_penalty", sampling.frequencyPenalty())
                .put("ignore_eos", sampling.ignoreEos())
                .put("n", 1);
        if (sampling.seed() != null) {
            params.put("sampling_seed", sampling.seed());
        }
        CompletionBody.putBiases(params, sampling);
        CompletionBody.putStops(params, sampling, Integer.MAX_VALUE);
        sampling.stopTokenIds().forEach(params.putArray("stop_token_ids")::add);
        if (sampling.shape() instanceof AnswerShape.Json json) {
            params.put("json_schema", json.schema().toString());
        } else if (sampling.shape() instanceof AnswerShape.Regex regex) {
            params.put("regex", regex.pattern());
        } else if (sampling.shape() instanceof AnswerShape.Choice choice) {
            params.put("regex", choice.pattern());
        } else if (sampling.shape() instanceof AnswerShape.Grammar grammar) {
            params.put("ebnf", grammar.text());
        }
        CompletionBody.putHints(body, request.hints(), "extra_key");
        body.put("stream", true).put("return_logprob", sampling.topLogprobs() != null);
        if (sampling.topLogprobs() != null) {
            body.put("top_logprobs_num", sampling.topLogprobs()).put("logprob_start_len", -1);
        }
        return new EngineCall("/generate", body);
    }

    @Override
    public AnswerReader reader(EngineRequest request) {
        return new Reader(request.sampling());
    }

    @Override
    public Optional<EngineCall> abort(EngineRequest request) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("rid", request.id());
        return Optional.of(new EngineCall("/abort_request", body));
    }

    @Override
    public Optional<EngineCall> tokenize(String model, String text) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model).put("prompt", text).put("add_special_tokens", false);
        return Optional.of(new EngineCall("/tokenize", body));
    }

    /** Separates the new part of an answer from what came before. */
    private static final class Reader implements AnswerReader {
        private final EngineSampling sampling;
        private int seen;

        Reader(EngineSampling sampling) {
            this.sampling = sampling;
        }

        @Override
        public List<AnswerEvent> read(JsonNode event) {
            List<AnswerEvent> events = new ArrayList<>();
            if (event.hasNonNull("error")) {
                events.add(new AnswerEvent.Failed(event.get("error")));
                return events;
            }
            JsonNode meta = event.path("meta_info");
            JsonNode reason = meta.path("finish_reason");
            if (reason.path("type").asText().equals("abort")) {
                events.add(new AnswerEvent.Failed(reason));
                return events;
            }
            int[] ids = CompletionEvents.ids(event.path("output_ids"));
            int total = meta.path("completion_tokens").asInt();
            int from = ids.length == total ? Math.min(seen, ids.length) : 0;
            // SGLang counts the final end token as part of the answer; our answers do not.
            boolean endsAtToken = reason.path("type").asText().equals("stop")
                    && reason.path("matched").isInt();
            int to = endsAtToken
                    ? Math.max(from, CompletionEvents.withoutEnd(ids, sampling.stopTokenIds()))
                    : ids.length;
            if (to > from) {
                events.add(new AnswerEvent.Tokens(
                        Arrays.copyOfRange(ids, from, to), logprobs(meta, ids.length, from, to)));
            }
            seen = total;
            if (reason.isObject()) {
                JsonNode cached = meta.path("cached_tokens");
                events.add(new AnswerEvent.Counted(
                        total, cached.isInt() ? OptionalInt.of(cached.intValue()) : OptionalInt.empty()));
                events.add(ended(reason));
            }
            return events;
        }

        private AnswerEvent.Ended ended(JsonNode reason) {
            String type = reason.path("type").asText();
            return switch (type) {
                case "length" -> new AnswerEvent.Ended(AnswerEvent.Ending.LENGTH, "");
                case "stop" -> CompletionEvents.stopped(reason.path("matched"), sampling.stopTokenIds());
                default -> throw new IllegalArgumentException("an answer ends for the reason '" + type + "'");
            };
        }

        /** Entries are {@code [logprob, id, text]}: as many as the new ids, or as many as all ids so far. */
        private List<EngineLogprobs> logprobs(JsonNode meta, int ids, int from, int to) {
            JsonNode chosen = meta.path("output_token_logprobs");
            JsonNode top = meta.path("output_top_logprobs");
            int shift = chosen.size() - ids;
            if (chosen.isEmpty() || shift + from < 0) {
                return List.of();
            }
            List<EngineLogprobs> read = new ArrayList<>();
            for (int i = from; i < to; i++) {
                JsonNode likeliest = top.path(shift + i);
                int count = Math.min(sampling.alternatives(), likeliest.size());
                int[] tokens = new int[count];
                float[] values = new float[count];
                for (int j = 0; j < count; j++) {
                    values[j] = likeliest.path(j).path(0).floatValue();
                    tokens[j] = likeliest.path(j).path(1).asInt();
                }
                read.add(new EngineLogprobs(chosen.path(shift + i).path(0).floatValue(), tokens, values));
            }
            return read;
        }
    }
}
