package io.speckv.cli.options;

import io.speckv.cli.client.RouterException;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Maps the fields of a request to options. A router's message names fields, which a user of the command line does not know. */
public final class FieldOptions {
    private static final String SETTING = "method.extra_settings.";
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("model", "--model"),
            Map.entry("fallback", "--fallback"),
            Map.entry("continue_drafting", "--continue-drafting"),
            Map.entry("method", "--method"),
            Map.entry("method.name", "--method"),
            Map.entry("method.preset", "--preset"),
            Map.entry(SETTING + "preset", "--preset"),
            Map.entry("protection.rule", "--protect"),
            Map.entry("protection.turns", "--turns"),
            Map.entry("protection.recent_tokens", "--recent-tokens"),
            Map.entry("prompt.token_ids", "--prompt-ids"),
            Map.entry("prompt.chat", "--chat"),
            Map.entry("max_new_tokens", "--max-new-tokens"),
            Map.entry("sampling.max_new_tokens", "--max-new-tokens"),
            Map.entry("sampling.temperature", "--temperature"),
            Map.entry("sampling.top_k", "--top-k"),
            Map.entry("sampling.top_p", "--top-p"),
            Map.entry("sampling.min_p", "--min-p"),
            Map.entry("sampling.repetition_penalty", "--repetition-penalty"),
            Map.entry("sampling.presence_penalty", "--presence-penalty"),
            Map.entry("sampling.frequency_penalty", "--frequency-penalty"),
            Map.entry("sampling.seed", "--seed"),
            Map.entry("sampling.stop", "--stop"),
            Map.entry("sampling.stop_token_ids", "--stop-token"),
            Map.entry("sampling.ignore_eos", "--ignore-eos"));

    private FieldOptions() {}

    /**
     * Returns a router's message with fields replaced by the options that set them.
     *
     * @param given the command's arguments; a field that none of its options sets keeps its name
     */
    public static String told(RouterException failure, ParseResult given) {
        String message = String.valueOf(failure.getMessage());
        for (String field : failure.fields()) {
            String option = option(field, given);
            if (option != null) {
                message = message.replace(": " + field + " ", ": " + option + " ")
                        .replace("field: " + field, "option: " + option);
            }
        }
        return message;
    }

    private static @Nullable String option(String field, ParseResult given) {
        String whole = field.replaceFirst("\\[\\d+\\].*", "");
        if (whole.equals("prompt") || whole.equals("prompt.text")) {
            return given.hasMatchedOption("--file") ? "--file" : known("--prompt", given);
        }
        if (whole.equals("prompt.token_ids.ids")) {
            String file = known("--prompt-ids", given);
            return file == null ? null : file + "'s place " + field.replaceAll("\\D", "");
        }
        String option = OPTIONS.get(whole);
        if (option != null) {
            return known(option, given);
        }
        return whole.startsWith(SETTING) ? setting(whole.substring(SETTING.length()), given) : null;
    }

    private static @Nullable String setting(String key, ParseResult given) {
        OptionSpec set = given.matchedOption("--set");
        Map<String, ?> settings = set == null ? Map.of() : set.getValue();
        // A router names a key of the method's own block by the key alone, and one within a block by both.
        return Stream.concat(
                        Stream.of(key),
                        settings.keySet().stream()
                                .filter(said -> said.endsWith("." + key) || key.startsWith(said + ".")))
                .filter(settings::containsKey)
                .findFirst()
                .map(said -> "--set " + said)
                .orElse(given.hasMatchedOption("--config") ? "--config's " + key : null);
    }

    private static @Nullable String known(String option, ParseResult given) {
        return given.commandSpec().findOption(option) == null ? null : option;
    }
}
