package io.speckv.selection.method;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;
import io.speckv.selection.prompt.MiddleTruncation;
import io.speckv.selection.prompt.RandomTokens;
import io.speckv.selection.prompt.SpecPrefill;
import io.speckv.selection.prompt.TokenClassification;

/** The prompt baselines: their keys and defaults. */
final class PromptMethods {
    private PromptMethods() {}

    static Pair specPrefill(Settings settings) {
        AttentionScoring scoring = new AttentionScoring(
                1,
                false,
                settings.integer("starting_layer_index", 0),
                Reduction.MAX,
                Reduction.MAX,
                Reduction.MEAN,
                true,
                settings.integerOrNull("lookahead_tokens", 8),
                settings.integer("kernel_size", 13));
        int chunk = settings.integer("chunk_size", 32);
        Integer codeChunk = settings.integerOrNull("code_chunk_size", null);
        return Pair.of(new SpecPrefill(
                scoring,
                Keys.countOrMassOrShare(settings, 0),
                chunk,
                codeChunk == null ? chunk : codeChunk,
                Keys.text(settings)));
    }

    static Pair llmLingua2(Settings settings) {
        return Pair.of(new TokenClassification(
                settings.textOrNull("classifier"), Keys.countOrShare(settings), settings.integer("chunk_size", 512)));
    }

    static Pair truncate(Settings settings) {
        return Pair.of(new MiddleTruncation(Keys.countOrShare(settings)));
    }

    static Pair random(Settings settings) {
        return Pair.of(new RandomTokens(
                new FixedBudget(Keys.capacity(settings)), Keys.window(settings, 64), settings.integer("seed", 0)));
    }
}
