package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Fields that would change the answer but are not honoured. Some are from OpenAI or other servers of open models and known to
 * no API here; some are known to one API but were sent to another. Each is an error, which says what to send instead where something does, unless its
 * value changes nothing: an answer that ignores a field would look right and be wrong.
 */
final class NotHonoured {
    private static final String THINKS = ": give it to the model's template as chat_template_kwargs.enable_thinking";
    private static final String EFFORT =
            ": send a chat with reasoning_effort, a message with output_config.effort, or a"
                    + " response with reasoning.effort";
    private static final String NO_SERVERS = ": tools are the caller's own here";

    /**
     * A field that at least one API here does not have.
     *
     * @param homes forms whose readers know it; most fields have none
     * @param neutral accepts values that change nothing elsewhere
     * @param instead advice for the client; empty if there is none
     */
    private record Field(Set<AnswerForm> homes, Predicate<JsonNode> neutral, String instead) {}

    private static final Map<String, Field> FIELDS = Map.ofEntries(
            // OpenAI's fields that no API here has
            nowhere("suffix", Neutral::isEmptyText),
            nowhere("echo", Neutral::isFalse),
            nowhere("audio", Neutral::never),
            nowhere("web_search_options", Neutral::never),
            // Response formats
            nowhere("guided_json", Neutral::never),
            nowhere("guided_regex", Neutral::isEmptyText),
            nowhere("guided_choice", Neutral::never),
            nowhere("guided_grammar", Neutral::isEmptyText),
            nowhere("guided_whitespace_pattern", Neutral::isEmptyText),
            nowhere("structural_tag", Neutral::never),
            nowhere("grammar", Neutral::isEmptyText),
            nowhere("ebnf", Neutral::isEmptyText),
            nowhere("regex", Neutral::isEmptyText),
            nowhere("json_schema", Neutral::never),
            // The prompt
            nowhere("chat_template", Neutral::isEmptyText),
            nowhere("documents", Neutral::isEmpty),
            nowhere("truncate_prompt_tokens", Neutral::never),
            nowhere("prompt_logprobs", Neutral::isFalse),
            nowhere("mm_processor_kwargs", Neutral::isEmpty),
            // How tokens are chosen
            nowhere("use_beam_search", Neutral::isFalse),
            nowhere("length_penalty", value -> Neutral.isNumber(value, 1)),
            nowhere("early_stopping", Neutral::isFalse),
            nowhere("bad_words", Neutral::isEmpty),
            nowhere("bad_words_ids", Neutral::isEmpty),
            nowhere("allowed_token_ids", Neutral::never),
            nowhere("logits_processors", Neutral::isEmpty),
            nowhere("no_repeat_ngram_size", value -> Neutral.isNumber(value, 0)),
            nowhere("repeat_penalty", value -> Neutral.isNumber(value, 1)),
            nowhere("typical_p", value -> Neutral.isNumber(value, 1)),
            nowhere("typ_p", value -> Neutral.isNumber(value, 1)),
            nowhere("tfs_z", value -> Neutral.isNumber(value, 1)),
            nowhere("top_a", value -> Neutral.isNumber(value, 0)),
            nowhere("top_n_sigma", value -> Neutral.isNumber(value, -1) || Neutral.isNumber(value, 0)),
            nowhere("mirostat", value -> Neutral.isNumber(value, 0)),
            nowhere("mirostat_mode", value -> Neutral.isNumber(value, 0)),
            nowhere("dynatemp_range", value -> Neutral.isNumber(value, 0)),
            nowhere("smoothing_factor", value -> Neutral.isNumber(value, 0)),
            nowhere("dry_multiplier", value -> Neutral.isNumber(value, 0)),
            nowhere("xtc_probability", value -> Neutral.isNumber(value, 0)),
            nowhere("epsilon_cutoff", value -> Neutral.isNumber(value, 0)),
            nowhere("eta_cutoff", value -> Neutral.isNumber(value, 0)),
            nowhere("samplers", Neutral::never),
            nowhere("watermark", Neutral::isFalse),
            nowhere("lora_path", Neutral::isEmptyText),
            nowhere("lora", Neutral::isEmpty),
            // When the answer ends, and its text
            nowhere("n_predict", value -> Neutral.isNumber(value, -1)),
            nowhere("num_predict", value -> Neutral.isNumber(value, -1)),
            nowhere("max_new_tokens", Neutral::never),
            nowhere("min_new_tokens", value -> Neutral.isNumber(value, 0)),
            nowhere("no_stop_trim", Neutral::isFalse),
            nowhere("stop_regex", Neutral::isEmptyText),
            nowhere("spaces_between_special_tokens", Neutral::isTrue),
            nowhere("detokenize", Neutral::isTrue),
            nowhere("return_tokens_as_token_ids", Neutral::isFalse),
            nowhere("n_probs", value -> Neutral.isNumber(value, 0)),
            // Choices and their figures
            in("n", value -> Neutral.isNumber(value, 1), "", AnswerForm.CHAT, AnswerForm.COMPLETION),
            in("logprobs", Neutral::isFalse, "", AnswerForm.CHAT, AnswerForm.COMPLETION),
            in("top_logprobs", value -> Neutral.isNumber(value, 0), "", AnswerForm.CHAT, AnswerForm.RESPONSE),
            // How much the model reasons and says
            nowhere("enable_thinking", Neutral::never, THINKS),
            in("thinking", Neutral::isEmpty, THINKS, AnswerForm.MESSAGE),
            in("reasoning_effort", Neutral::never, EFFORT, AnswerForm.CHAT),
            in("reasoning", Neutral::isEmpty, EFFORT, AnswerForm.RESPONSE, AnswerForm.CHAT),
            nowhere("verbosity", value -> Neutral.isText(value, "medium")),
            in("max_output_tokens", Neutral::never, ": use max_tokens", AnswerForm.RESPONSE),
            in("stop_sequences", Neutral::isEmpty, ": use stop", AnswerForm.MESSAGE),
            in("output_format", Neutral::isEmpty, ": use response_format", AnswerForm.MESSAGE),
            in("output_config", Neutral::isEmpty, ": use response_format and reasoning_effort", AnswerForm.MESSAGE),
            nowhere("modalities", value -> Neutral.isText(value, "text"), ": 'text' alone is"),
            // The prompt
            in("system", Neutral::isEmpty, ": send it as a message", AnswerForm.MESSAGE),
            in("instructions", Neutral::isEmpty, ": send them as a system message", AnswerForm.RESPONSE),
            // Lets a server drop old turns of a chat that is too long; this one drops none.
            in("context_management", Neutral::isEmpty, "", AnswerForm.MESSAGE, AnswerForm.RESPONSE),
            nowhere("container", Neutral::isEmpty, NO_SERVERS),
            in(
                    "chat_template_kwargs",
                    Neutral::isEmpty,
                    ": a text has no template",
                    AnswerForm.CHAT,
                    AnswerForm.MESSAGE,
                    AnswerForm.RESPONSE),
            in("continue_final_message", Neutral::isFalse, "", AnswerForm.CHAT),
            in("add_generation_prompt", Neutral::isTrue, "", AnswerForm.CHAT),
            // Tools
            nowhere("mcp_servers", Neutral::isEmpty, NO_SERVERS),
            in("tools", Neutral::isEmpty, ": send a chat", AnswerForm.CHAT, AnswerForm.MESSAGE, AnswerForm.RESPONSE),
            in("functions", Neutral::isEmpty, ": offer them as tools", AnswerForm.CHAT),
            in(
                    "function_call",
                    value -> Neutral.isText(value, "none", "auto"),
                    ": use tools and tool_choice",
                    AnswerForm.CHAT),
            in(
                    "parallel_tool_calls",
                    Neutral::isTrue,
                    ": use tool_choice.disable_parallel_tool_use",
                    AnswerForm.CHAT,
                    AnswerForm.RESPONSE,
                    AnswerForm.COMPLETION));

    private NotHonoured() {}

    private static Map.Entry<String, Field> nowhere(String field, Predicate<JsonNode> neutral) {
        return nowhere(field, neutral, "");
    }

    private static Map.Entry<String, Field> nowhere(String field, Predicate<JsonNode> neutral, String instead) {
        return in(field, neutral, instead);
    }

    private static Map.Entry<String, Field> in(
            String field, Predicate<JsonNode> neutral, String instead, AnswerForm... homes) {
        return Map.entry(field, new Field(Set.of(homes), neutral, instead));
    }

    /**
     * Checks a request of the API {@code form}.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static void requireNone(JsonFields request, AnswerForm form) {
        request.ifInteger("best_of", Long.MIN_VALUE, Long.MAX_VALUE, value -> {
            if (value != 1) {
                throw request.invalid("best_of", "is " + value + "; only 1 is supported");
            }
        });
        FIELDS.forEach((field, rule) -> request.get(field).ifPresent(value -> {
            if (!rule.homes().contains(form) && !rule.neutral().test(value)) {
                throw request.invalid(field, "is not supported" + rule.instead());
            }
        }));
    }
}
