package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Fields that one of the APIs knows, in a request to another, and those that all of them know and none honours here. Dropped they
 * would change the answer, so they are errors that say what to send instead, unless their value changes nothing.
 */
final class ForeignFields {
    private static final String THINKS = ": give it to the model's template as chat_template_kwargs.enable_thinking";
    private static final String EFFORT =
            ": send a chat with reasoning_effort, a message with output_config.effort, or a"
                    + " response with reasoning.effort";
    private static final String NO_SERVERS = ": tools are the caller's own here";

    /**
     * A field that not every API has.
     *
     * @param homes whose readers know it
     * @param neutral values that change nothing elsewhere
     * @param instead what to do; empty where there is nothing
     */
    private record Foreign(Set<AnswerForm> homes, Predicate<JsonNode> neutral, String instead) {}

    private static final Map<String, Foreign> FIELDS = Map.ofEntries(
            // Choices and figures of them
            of("n", value -> Neutral.isNumber(value, 1), "", AnswerForm.CHAT, AnswerForm.COMPLETION),
            of("logprobs", Neutral::isFalse, "", AnswerForm.CHAT, AnswerForm.COMPLETION),
            of("top_logprobs", value -> Neutral.isNumber(value, 0), "", AnswerForm.CHAT),
            // How much the model thinks and says
            of("enable_thinking", Neutral::never, THINKS),
            of("thinking", Neutral::isEmpty, THINKS, AnswerForm.MESSAGE),
            of("reasoning_effort", Neutral::never, EFFORT, AnswerForm.CHAT),
            of("reasoning", Neutral::isEmpty, EFFORT, AnswerForm.RESPONSE, AnswerForm.CHAT),
            of("verbosity", value -> Neutral.isText(value, "medium"), ""),
            of("max_output_tokens", Neutral::never, ": use max_tokens", AnswerForm.RESPONSE),
            of("stop_sequences", Neutral::isEmpty, ": use stop", AnswerForm.MESSAGE),
            of("output_format", Neutral::isEmpty, ": use response_format", AnswerForm.MESSAGE),
            of("output_config", Neutral::isEmpty, ": use response_format and reasoning_effort", AnswerForm.MESSAGE),
            of("modalities", value -> Neutral.isText(value, "text"), ": 'text' alone is"),
            // The prompt
            of("system", Neutral::isEmpty, ": send it as a message", AnswerForm.MESSAGE),
            of("instructions", Neutral::isEmpty, ": send them as a system message", AnswerForm.RESPONSE),
            // It lets a server leave old turns out, where they are too long; here none is.
            of("context_management", Neutral::isEmpty, "", AnswerForm.MESSAGE, AnswerForm.RESPONSE),
            of("container", Neutral::isEmpty, NO_SERVERS),
            of(
                    "chat_template_kwargs",
                    Neutral::isEmpty,
                    ": a text has no template",
                    AnswerForm.CHAT,
                    AnswerForm.MESSAGE,
                    AnswerForm.RESPONSE),
            of("continue_final_message", Neutral::isFalse, "", AnswerForm.CHAT),
            of("add_generation_prompt", Neutral::isTrue, "", AnswerForm.CHAT),
            // Tools
            of("mcp_servers", Neutral::isEmpty, NO_SERVERS),
            of("tools", Neutral::isEmpty, ": send a chat", AnswerForm.CHAT, AnswerForm.MESSAGE, AnswerForm.RESPONSE),
            of("functions", Neutral::isEmpty, ": offer them as tools", AnswerForm.CHAT),
            of(
                    "function_call",
                    value -> Neutral.isText(value, "none", "auto"),
                    ": use tools and tool_choice",
                    AnswerForm.CHAT),
            of(
                    "parallel_tool_calls",
                    Neutral::isTrue,
                    ": use tool_choice.disable_parallel_tool_use",
                    AnswerForm.CHAT,
                    AnswerForm.RESPONSE,
                    AnswerForm.COMPLETION));

    private ForeignFields() {}

    private static Map.Entry<String, Foreign> of(
            String field, Predicate<JsonNode> neutral, String instead, AnswerForm... homes) {
        return Map.entry(field, new Foreign(Set.of(homes), neutral, instead));
    }

    /**
     * Checks a request of the API {@code form}.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static void requireNone(JsonFields request, AnswerForm form) {
        FIELDS.forEach((field, foreign) -> request.get(field).ifPresent(value -> {
            if (!foreign.homes().contains(form) && !foreign.neutral().test(value)) {
                throw request.invalid(field, "is not supported" + foreign.instead());
            }
        }));
    }
}
