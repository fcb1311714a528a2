package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.speckv.http.answer.Reports;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.TokenizeResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes as JSON what the router serves, and why it keeps which tokens. */
final class Descriptions {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Descriptions() {}

    /**
     * Returns OpenAI's list of models. A model whose target has not described itself yet is listed with what the router knows.
     * A model without a name yet cannot be asked for and is left out.
     *
     * @param created seconds since 1970 at which every model began to be served here
     */
    static ObjectNode models(DescribeResponse served, long created) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode list = json.putArray("data");
        named(served).forEach(model -> list.add(model(served, model, created)));
        return json;
    }

    /** Returns the model whose name or alias is {@code name}; empty if none is served. */
    static Optional<ObjectNode> model(DescribeResponse served, String name, long created) {
        return served(served, name).map(model -> model(served, model, created));
    }

    private static Optional<ServedModel> served(DescribeResponse served, String name) {
        return named(served)
                .filter(model ->
                        model.getName().equals(name) || model.getAliasesList().contains(name))
                .findFirst();
    }

    private static Stream<ServedModel> named(DescribeResponse served) {
        return served.getModelsList().stream().filter(model -> !model.getName().isEmpty());
    }

    /** Returns the target's description of a model; empty before there is one. */
    private static Optional<ModelDescription> target(DescribeResponse served, ServedModel model) {
        return served.getTargetsList().stream()
                .filter(target -> target.getName().equals(model.getName()))
                .findFirst();
    }

    /** Returns the names of all served models, for an error message. */
    static String names(DescribeResponse served) {
        return named(served).map(ServedModel::getName).collect(Collectors.joining(", "));
    }

    private static ObjectNode model(DescribeResponse served, ServedModel model, long created) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", model.getName())
                .put("object", "model")
                .put("created", created)
                .put("owned_by", "speckv");
        Optional<ModelDescription> target = target(served, model);
        // Other servers of open models put the length here.
        target.ifPresent(known -> json.put("max_model_len", known.getMaxPromptTokenCount()));
        ObjectNode own = json.putObject("speckv");
        target.ifPresent(known -> putTarget(own, known));
        putRouted(own, model);
        return json;
    }

    private static void putTarget(ObjectNode json, ModelDescription target) {
        json.put("family", target.getFamily())
                .put("vocab_size", target.getVocabSize())
                .put("max_prompt_tokens", target.getMaxPromptTokenCount())
                .put("max_new_tokens", target.getMaxNewTokenCount())
                .put("dtype", target.getDtype())
                .put("device", target.getDevice())
                .put("kv_bytes_per_token", target.getKvBytesPerToken());
    }

    private static void putRouted(ObjectNode json, ServedModel model) {
        ArrayNode aliases = json.putArray("aliases");
        model.getAliasesList().forEach(aliases::add);
        json.put("ready", model.getReady());
        if (!model.getReady()) {
            json.put("not_ready_reason", model.getNotReadyReason());
        }
        if (!model.getNoChatsReason().isEmpty()) {
            json.put("no_chats_reason", model.getNoChatsReason());
        }
        json.put("draft", model.getDraft())
                .put("default_method", model.getDefaultMethod())
                .put("compress_from", model.getCompressFrom());
    }

    /** Returns a prompt's length and the most that the model named {@code model} takes; the default model if empty. */
    static ObjectNode count(TokenizeResponse tokens, DescribeResponse served, String model) {
        String name = model.isEmpty() ? served.getDefaultModel() : model;
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("prompt_tokens", tokens.getTokens().getIdsCount());
        served(served, name)
                .flatMap(known -> target(served, known))
                .ifPresent(target -> json.put("max_prompt_tokens", target.getMaxPromptTokenCount()));
        return json;
    }

    /** Returns the methods of the requested model with their default settings, and the router's defaults. */
    static ObjectNode methods(DescribeResponse served) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("default_method", served.getDefaultMethod())
                .put("default_model", served.getDefaultModel())
                .put("version", served.getVersion());
        ArrayNode methods = json.putArray("methods");
        served.getMethodsList()
                .forEach(method -> methods.addObject()
                        .put("name", method.getName())
                        .put("summary", method.getSummary())
                        .put("needs_draft", method.getNeedsDraft())
                        .set("default_settings", plain(method.getDefaultSettings())));
        return json;
    }

    /** Returns an analysis; its arrays run parallel, one entry per token. */
    static ObjectNode explanation(ExplainResponse explained) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("text", explained.getText());
        numbers(json.putArray("token_ids"), explained.getTokens().getIdsList());
        numbers(json.putArray("starts"), explained.getSpans().getStartsList());
        numbers(json.putArray("ends"), explained.getSpans().getEndsList());
        ArrayNode scores = json.putArray("scores");
        explained.getScoresList().forEach(scores::add);
        ArrayNode kept = json.putArray("kept");
        explained.getKeptList().forEach(kept::add);
        if (explained.getProtectedCount() > 0) {
            ArrayNode isProtected = json.putArray("protected");
            explained.getProtectedList().forEach(isProtected::add);
        }
        if (explained.getMarkedCount() > 0) {
            ArrayNode marked = json.putArray("marked");
            explained.getMarkedList().forEach(marked::add);
        }
        json.put("lookahead_text", explained.getLookaheadText());
        json.set("applied_settings", plain(explained.getAppliedSettings()));
        ObjectNode report = json.putObject("speckv");
        Reports.putTrace(report, explained.getTraceId());
        Reports.compression(report, explained.getCompression());
        report.put("prompt_tokens", explained.getTokens().getIdsCount())
                .put(
                        "kept_tokens",
                        Stream.of(explained.getKeptList(), explained.getMarkedList())
                                .flatMap(List::stream)
                                .filter(one -> one)
                                .count());
        report.set("timings", Reports.timings(explained.getTimingsList()));
        return json;
    }

    private static void numbers(ArrayNode into, List<Integer> values) {
        values.forEach(into::add);
    }

    private static JsonNode plain(Struct struct) {
        try {
            return JSON.readTree(
                    JsonFormat.printer().omittingInsignificantWhitespace().print(struct));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("settings hold a number that JSON cannot write", e);
        } catch (IOException e) {
            throw new AssertionError("protobuf writes valid JSON", e);
        }
    }
}
