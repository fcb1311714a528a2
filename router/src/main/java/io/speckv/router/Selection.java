package io.speckv.router;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.KeptPrompt;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.ScoreEncoding;
import io.speckv.selection.method.Method;
import java.util.stream.IntStream;

/**
 * Which prompt tokens reach the target.
 *
 * @param promptTokens before compression
 * @param kept their positions, ascending
 */
record Selection(int promptTokens, int[] kept) {

    /** Returns what {@code method} keeps; the scores are empty where it needs none. */
    static Selection of(Method method, int promptTokens, float[] scores) {
        int[] kept = method.prompt().compresses(promptTokens)
                ? method.prompt().keep(promptTokens, scores)
                : IntStream.range(0, promptTokens).toArray();
        return new Selection(promptTokens, kept);
    }

    /** Throws PROMPT_TOO_LONG unless the target takes what is kept. */
    Selection requireAtMost(int most) {
        if (kept.length > most) {
            throw RequestException.ofField(
                            FailureCode.PROMPT_TOO_LONG,
                            "prompt",
                            "has " + kept.length + " tokens after compression, must have at most " + most)
                    .with("needed_tokens", kept.length)
                    .with("most_tokens", most);
        }
        return this;
    }

    /** Returns the kept prompt as the target reads it. */
    KeptPrompt toProto(int[] ids, Method method, float[] scores) {
        KeptPrompt.Builder prompt = KeptPrompt.newBuilder().setOriginalTokenCount(promptTokens);
        for (int position : kept) {
            prompt.addTokenIds(ids[position]);
        }
        if (kept.length < promptTokens) {
            for (int position : kept) {
                prompt.addOriginalPositions(position);
            }
            prompt.setPositionRule(
                    method.prompt().keepsOriginalPositions()
                            ? PositionRule.POSITION_RULE_ORIGINAL
                            : PositionRule.POSITION_RULE_RENUMBERED);
        }
        if (method.cache().needsReceivedScores() && scores.length > 0) {
            float[] keptScores = new float[kept.length];
            for (int i = 0; i < kept.length; i++) {
                keptScores[i] = scores[kept[i]];
            }
            prompt.setScores(ScoreVectors.toProto(keptScores, ScoreEncoding.SCORE_ENCODING_FLOAT32));
        }
        return prompt.build();
    }
}
