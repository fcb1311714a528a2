package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that a tokenizer puts before and after a text.
 *
 * @param before ids
 * @param after ids
 */
record FramingTokens(List<Integer> before, List<Integer> after) {
    static final FramingTokens NONE = new FramingTokens(List.of(), List.of());

    /** Returns the tokens that a configuration sets. */
    static FramingTokens of(TokenizerConfig.Framing framing, Map<String, Integer> special) {
        return new FramingTokens(ids(framing.before(), special), ids(framing.after(), special));
    }

    /** Returns the tokens that a post-processor adds. */
    static FramingTokens of(JsonNode postProcessor) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        collect(postProcessor, before, after);
        return new FramingTokens(List.copyOf(before), List.copyOf(after));
    }

    int size() {
        return before.size() + after.size();
    }

    private static List<Integer> ids(@Nullable String spelling, Map<String, Integer> special) {
        Integer id = spelling == null ? null : special.get(spelling);
        return id == null ? List.of() : List.of(id);
    }

    private static void collect(JsonNode processor, List<Integer> before, List<Integer> after) {
        switch (processor.path("type").asText()) {
            case "Sequence" -> processor.path("processors").forEach(inner -> collect(inner, before, after));
            case "BertProcessing", "RobertaProcessing" -> {
                before.add(0, processor.path("cls").path(1).asInt());
                after.add(processor.path("sep").path(1).asInt());
            }
            case "TemplateProcessing" -> {
                List<Integer> leading = new ArrayList<>();
                List<Integer> side = leading;
                for (JsonNode piece : processor.path("single")) {
                    if (piece.has("Sequence")) {
                        side = after;
                    } else {
                        String id = piece.path("SpecialToken").path("id").asText();
                        for (JsonNode token :
                                processor.path("special_tokens").path(id).path("ids")) {
                            side.add(token.asInt());
                        }
                    }
                }
                before.addAll(0, leading);
            }
            default -> {}
        }
    }
}
