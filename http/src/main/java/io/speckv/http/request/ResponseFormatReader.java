package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.AnswerChoices;
import io.speckv.proto.v1.ResponseFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what an answer is held to: OpenAI's {@code response_format}, or vLLM's {@code structured_outputs}. */
final class ResponseFormatReader {
    private static final List<String> KINDS = List.of("json", "json_object", "regex", "choice", "grammar");

    private ResponseFormatReader() {}

    /**
     * Returns the form; nothing where any answer will do.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static Optional<ResponseFormat> format(JsonFields request) {
        Optional<ResponseFormat> openAi = request.object("response_format").flatMap(ResponseFormatReader::openAi);
        Optional<ResponseFormat> vllm = request.object("structured_outputs").map(ResponseFormatReader::structured);
        if (openAi.isPresent() && vllm.isPresent()) {
            throw request.invalid("structured_outputs", "cannot be set together with response_format");
        }
        return openAi.isPresent() ? openAi : vllm;
    }

    private static Optional<ResponseFormat> openAi(JsonFields format) {
        String type = format.text("type")
                .orElseThrow(() -> format.invalid("type", "is missing, must be text, json_object or json_schema"));
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" ->
                Optional.of(ResponseFormat.newBuilder().setJsonObject(true).build());
            case "json_schema" -> Optional.of(schema(format));
            default -> throw format.invalid("type", "is '" + type + "', must be text, json_object or json_schema");
        };
    }

    /**
     * Returns the form that Responses name in {@code text.format}, where a schema stands beside its type.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static Optional<ResponseFormat> ofResponse(JsonFields request) {
        return request.object("text").flatMap(text -> text.object("format")).flatMap(format -> {
            String type = format.text("type").orElse("text");
            return type.equals("json_schema") ? Optional.of(schemaOf(format)) : openAi(format);
        });
    }

    private static ResponseFormat schema(JsonFields format) {
        return schemaOf(format.object("json_schema").orElseThrow(() -> format.invalid("json_schema", "is missing")));
    }

    private static ResponseFormat schemaOf(JsonFields named) {
        JsonNode schema = named.get("schema").orElseThrow(() -> named.invalid("schema", "is missing"));
        return ResponseFormat.newBuilder().setJsonSchema(schema.toString()).build();
    }

    private static ResponseFormat structured(JsonFields outputs) {
        List<String> given = KINDS.stream().filter(outputs::has).toList();
        if (given.size() != 1) {
            throw outputs.invalid(
                    given.isEmpty() ? "json" : given.get(1), "must be the one of " + KINDS + " that is set");
        }
        ResponseFormat.Builder format = ResponseFormat.newBuilder();
        switch (given.get(0)) {
            case "json" -> {
                JsonNode schema = outputs.get("json").orElseThrow();
                format.setJsonSchema(schema.isTextual() ? schema.textValue() : schema.toString());
            }
            case "json_object" -> format.setJsonObject(outputs.flag("json_object"));
            case "regex" -> format.setRegex(outputs.text("regex").orElse(""));
            case "choice" -> format.setChoices(AnswerChoices.newBuilder().addAllTexts(choices(outputs)));
            default -> format.setGrammar(outputs.text("grammar").orElse(""));
        }
        return format.build();
    }

    private static List<String> choices(JsonFields outputs) {
        List<String> texts = new ArrayList<>();
        for (JsonNode choice : outputs.array("choice")) {
            if (!choice.isTextual()) {
                throw outputs.invalid(
                        "choice[" + texts.size() + "]", "must be a string, not " + JsonFields.typeOf(choice));
            }
            texts.add(choice.textValue());
        }
        return texts;
    }
}
