package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads requests of OpenAI's Responses API into ours. Nothing is stored, so each must bring its whole conversation. */
public final class ResponsesReader {
    private static final String LOGPROBS = "message.output_text.logprobs";
    private static final Set<String> TEXT_PARTS = Set.of("input_text", "output_text", "text");

    private ResponsesReader() {}

    /** Reads a response request. */
    public static Generation read(JsonFields request) {
        NotHonoured.requireNone(request, AnswerForm.RESPONSE);
        requireMediumVerbosity(request);
        requireStateless(request);
        SamplingSettings.Builder sampling = SamplingReader.sampling(request, AnswerForm.RESPONSE);
        request.ifInteger("max_output_tokens", 1, Integer.MAX_VALUE, value -> sampling.setMaxNewTokens((int) value));
        logprobs(request, sampling);
        OfferedTools tools = ToolsReader.response(request);
        return GenerationReader.generation(
                request, List.of(prompt(request, tools)), 1, sampling, AnswerForm.RESPONSE, tools);
    }

    private static void requireStateless(JsonFields request) {
        for (String kept : List.of("previous_response_id", "conversation", "prompt")) {
            if (request.has(kept)) {
                throw request.invalid(kept, "is not supported: nothing is stored here, send the whole conversation");
            }
        }
        if (request.flag("background")) {
            throw request.invalid("background", "is not supported: nothing is stored here");
        }
        request.ifText("truncation", rule -> {
            if (!rule.equals("disabled")) {
                throw request.invalid("truncation", "is '" + rule + "'; only 'disabled' is supported");
            }
        });
    }

    /** Log probabilities are asked for by {@code include}; the other field says with how many alternatives. */
    private static void logprobs(JsonFields request, SamplingSettings.Builder sampling) {
        boolean told = request.texts("include").contains(LOGPROBS);
        if (told) {
            sampling.setTopLogprobs(0);
        }
        request.ifInteger("top_logprobs", 0, GenerationReader.MOST_LOGPROBS, count -> {
            if (!told && count > 0) {
                throw request.invalid("top_logprobs", "needs include to have '" + LOGPROBS + "'");
            }
            if (told) {
                sampling.setTopLogprobs((int) count);
            }
        });
    }

    /** Refuses options for the answer's text that are not supported. */
    private static void requireMediumVerbosity(JsonFields request) {
        request.object("text")
                .ifPresent(text -> text.ifText("verbosity", verbosity -> {
                    if (!verbosity.equals("medium")) {
                        throw text.invalid(
                                "verbosity",
                                "is '" + verbosity + "'; only 'medium' is supported, which changes nothing");
                    }
                }));
    }

    private static Prompt prompt(JsonFields request, OfferedTools tools) {
        Chat.Builder chat = Chat.newBuilder().addAllMessages(turns(request).turns());
        JsonPromptReader.variables(request).ifPresent(chat::setTemplateVariables);
        tools.toProto().ifPresent(chat::setToolUse);
        return Prompt.newBuilder().setChat(chat).build();
    }

    /** Returns the turns of the whole chat. */
    static NamedTurns turns(JsonFields request) {
        NamedTurns turns = new NamedTurns();
        request.ifText("instructions", text -> turns.add(said("system", text), "instructions"));
        if (request.get("input").map(JsonNode::isArray).orElse(false)) {
            items(request, turns);
        } else {
            turns.add(said("user", request.requireText("input", "a string or an array of items")), "input");
        }
        return turns;
    }

    private static void items(JsonFields request, NamedTurns turns) {
        List<JsonFields> items = request.objects("input");
        if (items.isEmpty()) {
            throw request.invalid("input", "must have at least one item");
        }
        AssistantTurn open = new AssistantTurn();
        for (JsonFields item : items) {
            String type = item.text("type").orElse("message");
            switch (type) {
                case "message" -> {
                    String role = item.text("role").orElseThrow(() -> item.invalid("role", "is missing"));
                    if (role.equals("assistant")) {
                        open.say(item, content(item, "content"), turns);
                    } else {
                        open.close(turns);
                        turns.add(
                                said(role.equals("developer") ? "system" : role, content(item, "content")), item.own());
                    }
                }
                case "reasoning" -> open.think(item, thoughts(item), turns);
                case "function_call" -> open.call(item);
                case "function_call_output" -> {
                    open.close(turns);
                    turns.add(
                            Turns.result(
                                    item.text("call_id").orElseThrow(() -> item.invalid("call_id", "is missing")),
                                    content(item, "output")),
                            item.own());
                }
                default ->
                    throw item.invalid(
                            "type",
                            "is '" + type
                                    + "'; message, reasoning, function_call and function_call_output are supported");
            }
        }
        open.close(turns);
    }

    /** A turn of the assistant that is still being put together from its reasoning, text and calls. */
    private static final class AssistantTurn {
        private final StringBuilder thoughts = new StringBuilder();
        private final StringBuilder text = new StringBuilder();
        private ArrayNode calls = JsonNodeFactory.instance.arrayNode();
        /** Fields of the items in this turn. */
        private final List<String> fields = new ArrayList<>();

        void think(JsonFields item, String thought, NamedTurns turns) {
            if (!text.isEmpty() || !calls.isEmpty()) {
                close(turns);
            }
            fields.add(item.own());
            thoughts.append(thought);
        }

        void say(JsonFields item, String said, NamedTurns turns) {
            if (!text.isEmpty() || !calls.isEmpty()) {
                close(turns);
            }
            fields.add(item.own());
            text.append(said);
        }

        void call(JsonFields item) {
            fields.add(item.own());
            calls.add(Turns.call(
                    item.text("call_id").orElseThrow(() -> item.invalid("call_id", "is missing")),
                    item.text("name").orElseThrow(() -> item.invalid("name", "is missing")),
                    item.text("arguments").orElseThrow(() -> item.invalid("arguments", "is missing"))));
        }

        void close(NamedTurns turns) {
            if (!text.isEmpty() || !calls.isEmpty()) {
                turns.add(Turns.assistant(text.toString(), thoughts.toString(), calls), fields);
            }
            fields.clear();
            thoughts.setLength(0);
            text.setLength(0);
            calls = JsonNodeFactory.instance.arrayNode();
        }
    }

    private static String thoughts(JsonFields item) {
        List<String> texts = new ArrayList<>();
        for (JsonFields part : item.objects("content")) {
            part.ifText("text", texts::add);
        }
        return String.join("\n", texts);
    }

    private static String content(JsonFields item, String field) {
        if (!item.get(field).map(JsonNode::isArray).orElse(false)) {
            return item.requireText(field, "a string or an array of text parts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonFields part : item.objects(field)) {
            String type = part.text("type").orElseThrow(() -> part.invalid("type", "is missing"));
            if (type.equals("refusal")) {
                texts.add(part.text(type).orElseThrow(() -> part.invalid(type, "is missing")));
                continue;
            }
            if (!TEXT_PARTS.contains(type)) {
                throw part.invalid("type", "is '" + type + "'; only text is supported");
            }
            texts.add(part.text("text").orElseThrow(() -> part.invalid("text", "is missing")));
        }
        return String.join("\n", texts);
    }

    private static ChatMessage said(String role, String text) {
        return ChatMessage.newBuilder().setRole(role).setContent(text).build();
    }
}
