package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Fields of OpenAI's API and of other servers of open models that would change the answer and are not honoured here. Unless
 * they have the value that changes nothing they are errors: an answer without what was asked for looks right and is not.
 */
final class NotHonoured {
    /** What each field may be without changing the answer. */
    private static final Map<String, Predicate<JsonNode>> NEUTRAL = Map.ofEntries(
            // OpenAI
            Map.entry("suffix", NotHonoured::never),
            Map.entry("echo", NotHonoured::isFalse),
            Map.entry("audio", NotHonoured::never),
            Map.entry("web_search_options", NotHonoured::never),
            // Answers of a given form
            Map.entry("guided_json", NotHonoured::never),
            Map.entry("guided_regex", NotHonoured::never),
            Map.entry("guided_choice", NotHonoured::never),
            Map.entry("guided_grammar", NotHonoured::never),
            Map.entry("guided_whitespace_pattern", NotHonoured::never),
            Map.entry("structural_tag", NotHonoured::never),
            Map.entry("grammar", NotHonoured::never),
            Map.entry("ebnf", NotHonoured::never),
            Map.entry("regex", NotHonoured::never),
            Map.entry("json_schema", NotHonoured::never),
            // The prompt
            Map.entry("chat_template", NotHonoured::never),
            Map.entry("documents", NotHonoured::isEmpty),
            Map.entry("truncate_prompt_tokens", NotHonoured::never),
            Map.entry("prompt_logprobs", NotHonoured::isFalse),
            Map.entry("mm_processor_kwargs", NotHonoured::isEmpty),
            // How tokens are chosen
            Map.entry("use_beam_search", NotHonoured::isFalse),
            Map.entry("length_penalty", value -> isNumber(value, 1)),
            Map.entry("early_stopping", NotHonoured::isFalse),
            Map.entry("bad_words", NotHonoured::isEmpty),
            Map.entry("bad_words_ids", NotHonoured::isEmpty),
            Map.entry("allowed_token_ids", NotHonoured::never),
            Map.entry("logits_processors", NotHonoured::isEmpty),
            Map.entry("no_repeat_ngram_size", value -> isNumber(value, 0)),
            Map.entry("repeat_penalty", value -> isNumber(value, 1)),
            Map.entry("typical_p", value -> isNumber(value, 1)),
            Map.entry("typ_p", value -> isNumber(value, 1)),
            Map.entry("tfs_z", value -> isNumber(value, 1)),
            Map.entry("top_a", value -> isNumber(value, 0)),
            Map.entry("top_n_sigma", value -> isNumber(value, -1) || isNumber(value, 0)),
            Map.entry("mirostat", value -> isNumber(value, 0)),
            Map.entry("mirostat_mode", value -> isNumber(value, 0)),
            Map.entry("dynatemp_range", value -> isNumber(value, 0)),
            Map.entry("smoothing_factor", value -> isNumber(value, 0)),
            Map.entry("dry_multiplier", value -> isNumber(value, 0)),
            Map.entry("xtc_probability", value -> isNumber(value, 0)),
            Map.entry("epsilon_cutoff", value -> isNumber(value, 0)),
            Map.entry("eta_cutoff", value -> isNumber(value, 0)),
            Map.entry("samplers", NotHonoured::never),
            Map.entry("watermark", NotHonoured::isFalse),
            Map.entry("lora_path", NotHonoured::never),
            Map.entry("lora", NotHonoured::isEmpty),
            // When the answer ends, and its text
            Map.entry("n_predict", NotHonoured::never),
            Map.entry("num_predict", NotHonoured::never),
            Map.entry("max_new_tokens", NotHonoured::never),
            Map.entry("min_new_tokens", value -> isNumber(value, 0)),
            Map.entry("no_stop_trim", NotHonoured::isFalse),
            Map.entry("stop_regex", NotHonoured::never),
            Map.entry("spaces_between_special_tokens", NotHonoured::isTrue),
            Map.entry("detokenize", NotHonoured::isTrue),
            Map.entry("return_tokens_as_token_ids", NotHonoured::isFalse),
            Map.entry("n_probs", value -> isNumber(value, 0)));

    private NotHonoured() {}

    private static boolean never(JsonNode value) {
        return false;
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isContainerNode() && value.isEmpty();
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.booleanValue();
    }

    private static boolean isNumber(JsonNode value, double number) {
        return value.isNumber() && value.doubleValue() == number;
    }

    /**
     * Checks the fields of both forms.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static void requireNone(JsonFields request) {
        request.ifInteger("best_of", Long.MIN_VALUE, Long.MAX_VALUE, value -> {
            if (value != 1) {
                throw request.invalid("best_of", "is " + value + "; only 1 is supported");
            }
        });
        NEUTRAL.forEach((field, neutral) -> request.get(field).ifPresent(value -> {
            if (!neutral.test(value)) {
                throw request.invalid(field, "is not supported");
            }
        }));
    }

    /**
     * Checks the fields of a chat.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static void requireNoneOfChat(JsonFields request) {
        for (JsonNode modality : request.array("modalities")) {
            if (!modality.asText().equals("text")) {
                throw request.invalid("modalities", "may have 'text' alone");
            }
        }
        for (String own : List.of("enable_thinking", "reasoning_effort")) {
            if (request.has(own)) {
                throw request.invalid(
                        own, "is not supported: give it to the model's template as chat_template_kwargs." + own);
            }
        }
    }
}
