package io.speckv.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;

/** Answers of models, and what the parsers of vLLM 0.32 make of them. */
final class VllmAnswers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, CallFormat> FORMATS = Map.of(
            "hermes", CallFormat.HERMES,
            "llama3_json", CallFormat.LLAMA3_JSON,
            "mistral", CallFormat.MISTRAL,
            "qwen3_coder", CallFormat.QWEN3_CODER,
            "deepseek_v3", CallFormat.DEEPSEEK);

    private VllmAnswers() {}

    /**
     * One answer.
     *
     * @param name parser and case
     * @param content what vLLM says it is to the user, of the whole answer
     * @param calls as {@code tool arguments}
     */
    record Recorded(
            String name, AnswerSyntax syntax, String text, String reasoning, String content, List<String> calls) {}

    static ToolTypes tools() {
        Map<String, Map<?, ?>> schemas = new LinkedHashMap<>();
        for (JsonNode tool : read("vllm-tool-calls.json").get("tools")) {
            schemas.put(
                    tool.at("/function/name").asText(), JSON.convertValue(tool.at("/function/parameters"), Map.class));
        }
        return ToolTypes.of(schemas);
    }

    static List<Recorded> withCalls() {
        return stream(read("vllm-tool-calls.json").get("answers"))
                .map(answer -> new Recorded(
                        answer.get("format").asText() + " " + answer.get("case").asText(),
                        new AnswerSyntax(
                                Objects.requireNonNull(
                                        FORMATS.get(answer.get("format").asText())),
                                java.util.Optional.empty(),
                                false),
                        answer.get("text").asText(),
                        "",
                        text(answer.at("/whole/content")),
                        stream(answer.at("/whole/tool_calls"))
                                .map(call -> call.get("name").asText() + " "
                                        + call.get("arguments").asText())
                                .toList()))
                .toList();
    }

    /** vLLM's parsers take an answer as begun within reasoning, unless the request says that there is none. */
    static List<Recorded> withReasoning() {
        return stream(read("vllm-reasoning.json"))
                .map(answer -> {
                    boolean off = answer.has("chat_template_kwargs");
                    return new Recorded(
                            answer.get("parser").asText() + " "
                                    + answer.get("case").asText() + (off ? " off" : ""),
                            new AnswerSyntax(
                                    CallFormat.HERMES,
                                    off
                                            ? java.util.Optional.empty()
                                            : java.util.Optional.of(ReasoningMarks.starting("<think>")),
                                    !off),
                            answer.get("text").asText(),
                            text(answer.get("reasoning")),
                            text(answer.get("content")),
                            List.of());
                })
                .toList();
    }

    private static String text(JsonNode node) {
        return node.isNull() ? "" : node.asText();
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static JsonNode read(String name) {
        try (InputStream in = VllmAnswers.class.getResourceAsStream(name)) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
