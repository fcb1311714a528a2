package io.speckv.http.json;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a gRPC request's fields in the HTTP request that it was made from.
 *
 * @param prompt the prompt's field: {@code messages} or {@code prompt}
 * @param maxTokens the field that bounds the answer: {@code max_tokens} or {@code max_completion_tokens}
 * @param sent further names that only this request has, by the paths of the gRPC fields
 */
public record FieldNames(String prompt, String maxTokens, Map<String, String> sent) {
    private static final Pattern PLACE = Pattern.compile("prompt\\.token_ids(?:\\.ids)?(\\[[0-9]+])");
    private static final Pattern TURN = Pattern.compile("(prompt\\.chat\\.messages\\[[0-9]+])(.*)");
    private static final String TEMPLATE = "prompt.chat.template_variables";
    private static final Map<String, String> WHOLE = Map.of(
            "method.preset", "speckv.preset",
            "method.settings.preset", "speckv.preset",
            "method.extra_settings.preset", "speckv.preset");
    private static final Map<String, String> BEGINNINGS = Map.ofEntries(
            Map.entry("method.name", "speckv.method"),
            Map.entry("method.extra_settings.", "speckv.settings."),
            Map.entry("method.settings.", "speckv.settings."),
            Map.entry("method.", "speckv.settings."),
            Map.entry("engine.", ""),
            Map.entry("fallback", "speckv.fallback"),
            Map.entry("protection.turns", "speckv.turns"),
            Map.entry("protection.recent_tokens", "speckv.recent_tokens"),
            Map.entry("protection.", "speckv.protect."),
            Map.entry("report.", "speckv.report."),
            Map.entry("request_id", "X-Request-Id"));

    private static final Map<String, String> SAMPLING =
            Map.of("min_new_tokens", "min_tokens", "include_stop", "include_stop_str_in_output");

    public FieldNames(String prompt, String maxTokens) {
        this(prompt, maxTokens, Map.of());
    }

    public FieldNames {
        sent = Map.copyOf(sent);
    }

    /** Returns the names for one of several prompts in a request. */
    public FieldNames ofPrompt(int place) {
        return new FieldNames(prompt + "[" + place + "]", maxTokens, sent);
    }

    /** Returns the HTTP request's name for the gRPC field at {@code path}. */
    String nameOf(String path) {
        String bare = path.startsWith("request.") ? path.substring("request.".length()) : path;
        String whole = sent.getOrDefault(bare, WHOLE.get(bare));
        if (whole != null) {
            return whole;
        }
        Matcher place = PLACE.matcher(bare);
        if (place.matches()) {
            return prompt + place.group(1);
        }
        if (bare.startsWith(TEMPLATE)) {
            return "chat_template_kwargs" + bare.substring(TEMPLATE.length());
        }
        if (bare.equals("sampling.max_new_tokens") || bare.equals("max_new_tokens")) {
            return maxTokens;
        }
        if (bare.startsWith("sampling.")) {
            String ours = bare.substring("sampling.".length());
            return ours.startsWith("logit_bias") ? "logit_bias" : SAMPLING.getOrDefault(ours, ours);
        }
        if (bare.startsWith("prompt.chat.tool_use")) {
            return bare.endsWith(".tool") || bare.endsWith(".choice") ? "tool_choice" : "tools";
        }
        if (bare.equals("prompt.chat.continue_final_message")) {
            return "continue_final_message";
        }
        Matcher turn = TURN.matcher(bare);
        if (turn.matches() && sent.containsKey(turn.group(1))) {
            return sent.get(turn.group(1)) + turn.group(2);
        }
        if (bare.startsWith("prompt.chat.messages")) {
            return prompt + bare.substring("prompt.chat.messages".length());
        }
        if (bare.equals("prompt") || bare.startsWith("prompt.")) {
            return prompt;
        }
        return BEGINNINGS.entrySet().stream()
                .filter(entry -> bare.startsWith(entry.getKey()))
                .max(Map.Entry.comparingByKey(java.util.Comparator.comparingInt(String::length)))
                .map(entry -> entry.getValue() + bare.substring(entry.getKey().length()))
                .orElse(bare);
    }
}
