package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
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
            Map.entry("suffix", Neutral::isEmptyText),
            Map.entry("echo", Neutral::isFalse),
            Map.entry("audio", Neutral::never),
            Map.entry("web_search_options", Neutral::never),
            // Answers of a given form
            Map.entry("guided_json", Neutral::never),
            Map.entry("guided_regex", Neutral::isEmptyText),
            Map.entry("guided_choice", Neutral::never),
            Map.entry("guided_grammar", Neutral::isEmptyText),
            Map.entry("guided_whitespace_pattern", Neutral::isEmptyText),
            Map.entry("structural_tag", Neutral::never),
            Map.entry("grammar", Neutral::isEmptyText),
            Map.entry("ebnf", Neutral::isEmptyText),
            Map.entry("regex", Neutral::isEmptyText),
            Map.entry("json_schema", Neutral::never),
            // The prompt
            Map.entry("chat_template", Neutral::isEmptyText),
            Map.entry("documents", Neutral::isEmpty),
            Map.entry("truncate_prompt_tokens", Neutral::never),
            Map.entry("prompt_logprobs", Neutral::isFalse),
            Map.entry("mm_processor_kwargs", Neutral::isEmpty),
            // How tokens are chosen
            Map.entry("use_beam_search", Neutral::isFalse),
            Map.entry("length_penalty", value -> Neutral.isNumber(value, 1)),
            Map.entry("early_stopping", Neutral::isFalse),
            Map.entry("bad_words", Neutral::isEmpty),
            Map.entry("bad_words_ids", Neutral::isEmpty),
            Map.entry("allowed_token_ids", Neutral::never),
            Map.entry("logits_processors", Neutral::isEmpty),
            Map.entry("no_repeat_ngram_size", value -> Neutral.isNumber(value, 0)),
            Map.entry("repeat_penalty", value -> Neutral.isNumber(value, 1)),
            Map.entry("typical_p", value -> Neutral.isNumber(value, 1)),
            Map.entry("typ_p", value -> Neutral.isNumber(value, 1)),
            Map.entry("tfs_z", value -> Neutral.isNumber(value, 1)),
            Map.entry("top_a", value -> Neutral.isNumber(value, 0)),
            Map.entry("top_n_sigma", value -> Neutral.isNumber(value, -1) || Neutral.isNumber(value, 0)),
            Map.entry("mirostat", value -> Neutral.isNumber(value, 0)),
            Map.entry("mirostat_mode", value -> Neutral.isNumber(value, 0)),
            Map.entry("dynatemp_range", value -> Neutral.isNumber(value, 0)),
            Map.entry("smoothing_factor", value -> Neutral.isNumber(value, 0)),
            Map.entry("dry_multiplier", value -> Neutral.isNumber(value, 0)),
            Map.entry("xtc_probability", value -> Neutral.isNumber(value, 0)),
            Map.entry("epsilon_cutoff", value -> Neutral.isNumber(value, 0)),
            Map.entry("eta_cutoff", value -> Neutral.isNumber(value, 0)),
            Map.entry("samplers", Neutral::never),
            Map.entry("watermark", Neutral::isFalse),
            Map.entry("lora_path", Neutral::isEmptyText),
            Map.entry("lora", Neutral::isEmpty),
            // When the answer ends, and its text
            Map.entry("n_predict", value -> Neutral.isNumber(value, -1)),
            Map.entry("num_predict", value -> Neutral.isNumber(value, -1)),
            Map.entry("max_new_tokens", Neutral::never),
            Map.entry("min_new_tokens", value -> Neutral.isNumber(value, 0)),
            Map.entry("no_stop_trim", Neutral::isFalse),
            Map.entry("stop_regex", Neutral::isEmptyText),
            Map.entry("spaces_between_special_tokens", Neutral::isTrue),
            Map.entry("detokenize", Neutral::isTrue),
            Map.entry("return_tokens_as_token_ids", Neutral::isFalse),
            Map.entry("n_probs", value -> Neutral.isNumber(value, 0)));

    private NotHonoured() {}

    /**
     * Checks the fields that no API honours here, and those of others than {@code form}.
     *
     * @throws io.speckv.http.json.ApiError.RefusedException naming the field
     */
    static void requireNone(JsonFields request, AnswerForm form) {
        ForeignFields.requireNone(request, form);
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
}
