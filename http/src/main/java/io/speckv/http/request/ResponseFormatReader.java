package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.AnswerChoices;
import io.speckv.proto.v1.ResponseFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the format that an answer is held to: OpenAI's {@code response_format}, vLLM's {@code structured_outputs},
 * {@code text.format} of Responses, and Anthropic's {@code output_config.format}, formerly {@code output_format}.
 */
final class ResponseFormatReader {
    private static final List<String> KINDS = List.of("json", "json_object", "regex", "choice", "grammar");
    private static final String FORMAT = "format";

    private ResponseFormatReader() {}

    /**
     * Returns the format; empty if the answer is free.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static Optional<AskedFormat> format(JsonFields request, AnswerForm form) {
        List<AskedFormat> asked = new ArrayList<>();
        request.object("response_format").flatMap(ResponseFormatReader::openAi).ifPresent(asked::add);
        request.object("structured_outputs")
                .map(ResponseFormatReader::structured)
                .ifPresent(asked::add);
        if (form == AnswerForm.RESPONSE) {
            request.object("text")
                    .flatMap(text -> text.object(FORMAT))
                    .flatMap(ResponseFormatReader::ofResponse)
                    .ifPresent(asked::add);
        }
        if (form == AnswerForm.MESSAGE) {
            request.object("output_config")
                    .flatMap(config -> config.object(FORMAT))
                    .map(ResponseFormatReader::ofMessage)
                    .ifPresent(asked::add);
            request.object("output_format").map(ResponseFormatReader::ofMessage).ifPresent(asked::add);
        }
        if (asked.size() > 1) {
            throw request.invalid(
                    asked.get(1).field(),
                    "cannot be set together with " + asked.get(0).field());
        }
        return asked.stream().findFirst();
    }

    private static Optional<AskedFormat> openAi(JsonFields format) {
        return openAi(format, type(format, "text, json_object or json_schema"));
    }

    private static Optional<AskedFormat> openAi(JsonFields format, String type) {
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" ->
                Optional.of(new AskedFormat(
                        format.own(),
                        format.own(),
                        ResponseFormat.newBuilder().setJsonObject(true).build()));
            case "json_schema" ->
                Optional.of(schema(
                        format,
                        format.object("json_schema").orElseThrow(() -> format.invalid("json_schema", "is missing"))));
            default -> throw format.invalid("type", "is '" + type + "', must be text, json_object or json_schema");
        };
    }

    private static String type(JsonFields format, String types) {
        return format.text("type").orElseThrow(() -> format.invalid("type", "is missing, must be " + types));
    }

    /** In Responses the schema is beside its type, not nested below it. */
    private static Optional<AskedFormat> ofResponse(JsonFields format) {
        String type = format.text("type").orElse("text");
        return type.equals("json_schema") ? Optional.of(schema(format, format)) : openAi(format, type);
    }

    private static AskedFormat ofMessage(JsonFields format) {
        String type = type(format, "json_schema");
        if (!type.equals("json_schema")) {
            throw format.invalid("type", "is '" + type + "', must be json_schema");
        }
        return schema(format, format);
    }

    private static AskedFormat schema(JsonFields format, JsonFields named) {
        JsonNode schema = named.get("schema").orElseThrow(() -> named.invalid("schema", "is missing"));
        return new AskedFormat(
                format.own(),
                named.name("schema"),
                ResponseFormat.newBuilder().setJsonSchema(schema.toString()).build());
    }

    private static AskedFormat structured(JsonFields outputs) {
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
            case "choice" -> format.setChoices(AnswerChoices.newBuilder().addAllTexts(outputs.texts("choice")));
            default -> format.setGrammar(outputs.text("grammar").orElse(""));
        }
        return new AskedFormat(outputs.own(), outputs.name(given.get(0)), format.build());
    }
}
