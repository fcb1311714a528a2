package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.speckv.http.json.ApiError;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ControlTokenRule;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenIds;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the prompt of a request: {@code messages} of a chat, or {@code prompt} of a completion. */
final class JsonPromptReader {
    /** Each level of a Struct is three levels of a protobuf message, which may have a hundred. */
    private static final int STRUCT_DEPTH_MOST = 24;

    /** Doubles are every whole number up to this one. */
    private static final BigInteger WHOLE_MOST = BigInteger.ONE.shiftLeft(53);

    private static final String EFFORT = "reasoning_effort";

    private JsonPromptReader() {}

    /** Returns the chat in {@code messages}, with the tools that its answer may call. */
    static Prompt chat(JsonFields request, OfferedTools tools) {
        List<JsonFields> messages = request.objects("messages");
        if (messages.isEmpty()) {
            throw request.invalid("messages", "must have at least one message");
        }
        Chat.Builder chat = Chat.newBuilder();
        chat.addAllMessages(ChatTurnsReader.read(messages));
        request.ifFlag("add_generation_prompt", chat::setAddGenerationPrompt);
        request.ifFlag("continue_final_message", chat::setContinueFinalMessage);
        if (chat.getContinueFinalMessage() && chat.getAddGenerationPrompt()) {
            throw request.invalid("continue_final_message", "cannot be true together with add_generation_prompt");
        }
        tools.toProto().ifPresent(chat::setToolUse);
        variables(request).ifPresent(chat::setTemplateVariables);
        return Prompt.newBuilder().setChat(chat).build();
    }

    /** Returns the variables that a request gives to the chat template; empty if it gives none. */
    static Optional<Struct> variables(JsonFields request) {
        Struct.Builder variables = request.object("chat_template_kwargs")
                .map(given -> struct(request, "chat_template_kwargs", given.node()).toBuilder())
                .orElseGet(Struct::newBuilder);
        effort(request)
                .filter(effort -> !variables.containsFields(EFFORT))
                .ifPresent(effort -> variables.putFields(
                        EFFORT, Value.newBuilder().setStringValue(effort).build()));
        return Optional.of(variables.build()).filter(found -> found.getFieldsCount() > 0);
    }

    /** Returns how much effort reasoning should take, from the fields of all APIs. The template decides what it means. */
    private static Optional<String> effort(JsonFields request) {
        return request.text(EFFORT)
                .or(() -> request.object("reasoning").flatMap(reasoning -> reasoning.text("effort")))
                .or(() -> request.object("output_config").flatMap(config -> config.text("effort")));
    }

    /** Returns the texts or tokens in {@code prompt}: one, or an array of several. */
    static List<Prompt> completions(JsonFields request) {
        JsonNode prompt = request.get("prompt").orElseThrow(() -> request.invalid("prompt", "is missing"));
        if (!prompt.isArray() || prompt.isEmpty() || prompt.get(0).isNumber()) {
            return List.of(completion(request, "prompt", prompt));
        }
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode one : prompt) {
            String field = prompt.size() == 1 ? "prompt" : "prompt[" + prompts.size() + "]";
            prompts.add(completion(request, field, one));
        }
        return prompts;
    }

    private static Prompt completion(JsonFields request, String field, JsonNode prompt) {
        if (prompt.isTextual()) {
            // Control tokens may be spelled out in the text, as on other servers: a prompt written by hand needs them.
            Prompt.Builder built = Prompt.newBuilder()
                    .setText(prompt.textValue())
                    .setControlTokenRule(ControlTokenRule.CONTROL_TOKEN_RULE_AS_CONTROL);
            request.ifFlag("add_special_tokens", built::setAddSpecialTokens);
            return built.build();
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw request.invalid(
                    field,
                    "must be a string, an array of token ids, or an array of these, not " + JsonFields.typeOf(prompt));
        }
        TokenIds.Builder ids = TokenIds.newBuilder();
        for (int i = 0; i < prompt.size(); i++) {
            ids.addIds(tokenId(request, field + "[" + i + "]", prompt.get(i)));
        }
        return Prompt.newBuilder().setTokenIds(ids).build();
    }

    /** Returns the token whose id is {@code value}, which is at {@code field}. */
    static int tokenId(JsonFields request, String field, JsonNode value) {
        OptionalLong id = JsonFields.wholeNumber(value);
        if (id.isEmpty() || id.getAsLong() < 0 || id.getAsLong() > Integer.MAX_VALUE) {
            throw request.invalid(field, "is " + value + ", must be a token id: 0 or more");
        }
        return (int) id.getAsLong();
    }

    /** Returns the object in a field as a protobuf Struct. */
    static Struct struct(JsonFields fields, String field, JsonNode object) {
        requireExact(fields, field, object);
        return struct(object);
    }

    /** Refuses whole numbers that a Struct would round, since it has doubles alone. */
    private static void requireExact(JsonFields fields, String field, JsonNode value) {
        if (value.isIntegralNumber() && value.bigIntegerValue().abs().compareTo(WHOLE_MOST) > 0) {
            throw fields.invalid(
                    field,
                    "has the whole number " + value + ", must have none beyond 2^53 from 0: send it as a string");
        }
        value.forEach(child -> requireExact(fields, field, child));
    }

    /** Returns an object without numbers, or with small ones, as a protobuf Struct. */
    static Struct struct(JsonNode object) {
        if (isDeeper(object, STRUCT_DEPTH_MOST)) {
            throw ApiError.request(
                            400,
                            "invalid_json",
                            "the body has an object of free form that nests deeper than " + STRUCT_DEPTH_MOST
                                    + " levels")
                    .asException();
        }
        try {
            Struct.Builder struct = Struct.newBuilder();
            JsonFormat.parser().merge(object.toString(), struct);
            return struct.build();
        } catch (InvalidProtocolBufferException e) {
            throw ApiError.request(400, "invalid_json", "the body has an object that cannot be passed on")
                    .asException();
        }
    }

    private static boolean isDeeper(JsonNode node, int levels) {
        if (!node.isContainerNode()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (isDeeper(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the value of a field as a protobuf Value. */
    static Value wrapped(JsonFields fields, String field, JsonNode value) {
        requireExact(fields, field, value);
        JsonNode object = JsonNodeFactory.instance.objectNode().set("value", value);
        return struct(object).getFieldsOrThrow("value");
    }
}
