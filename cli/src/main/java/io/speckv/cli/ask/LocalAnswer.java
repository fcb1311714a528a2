package io.speckv.cli.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.generate.Cascade;
import io.speckv.selection.cache.KeptKeys;
import io.speckv.selection.method.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An answer that was generated in this process, and how it was generated. */
record LocalAnswer(Method method, LocalPrompt prompt, Cascade.Result result, String text) {

    /** Prints figures, and a hint if the answer is empty for a reason, to standard error. */
    void report() {
        double first = result.stages().untilFirstToken() / 1e9;
        double decode = result.stages().byStage().getOrDefault("target.decode", 0L) / 1e9;
        int decoded = result.output().length - 1 - result.acceptedLookahead();
        System.err.printf(
                Locale.ROOT,
                "%n%d prompt tokens, %d kept; first token after %.2f s%n%d tokens, %d from the draft, %d %s",
                prompt.tokens().length,
                result.kept().length,
                first,
                result.output().length,
                result.acceptedLookahead(),
                result.fullCacheTokens(),
                "over the full cache");
        System.err.println(
                decoded <= 0 ? "" : String.format(Locale.ROOT, "; decoded at %.1f tokens/s", decoded / decode));
        hint();
    }

    /** Prints a hint to standard error if the answer is empty for a reason. */
    void hint() {
        prompt.hint(text).ifPresent(System.err::println);
    }

    /** Returns the whole run as one JSON object. */
    String json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("method", method.name());
        fields.put("verify_lookahead", method.verifyLookahead());
        fields.put("prompt_ids", prompt.tokens());
        fields.put("scores", result.scores());
        fields.put("kept", result.kept());
        fields.put("lookahead", result.lookahead());
        fields.put("accepted_lookahead", result.acceptedLookahead());
        fields.put("full_cache_tokens", result.fullCacheTokens());
        List<int[][]> selected =
                result.keptKeys().stream().map(KeptKeys::selected).toList();
        fields.put("kept_per_layer_head", selected);
        fields.put("output_ids", result.output());
        fields.put("text", text);
        Map<String, Double> timings = new LinkedHashMap<>();
        result.stages().byStage().forEach((stage, nanos) -> timings.put(stage, nanos / 1e6));
        fields.put("timings_ms", timings);
        Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put("kept", result.kvBytes().kept());
        bytes.put("full", result.kvBytes().full());
        fields.put("kv_bytes", bytes);
        try {
            return new ObjectMapper().writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that cannot be written as JSON", e);
        }
    }
}
