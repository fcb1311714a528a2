package io.speckv.router.target;

import io.speckv.cascade.KeptPrompt;
import io.speckv.kit.wire.ScoreVectors;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.ScoreEncoding;
import io.speckv.selection.ProtectedTokens;

/** Writes kept prompts as messages. */
public final class KeptPrompts {
    private KeptPrompts() {}

    /**
     * Returns the message.
     *
     * @param protectedTokens of the original prompt, all of which were kept
     */
    public static io.speckv.proto.v1.KeptPrompt toProto(KeptPrompt prompt, ProtectedTokens protectedTokens) {
        var message = io.speckv.proto.v1.KeptPrompt.newBuilder().setOriginalTokenCount(prompt.originalTokens());
        for (int token : prompt.tokens()) {
            message.addTokenIds(token);
        }
        if (prompt.isShortened()) {
            for (int position : prompt.kept()) {
                message.addOriginalPositions(position);
            }
            message.setPositionRule(
                    prompt.atOriginalPositions()
                            ? PositionRule.POSITION_RULE_ORIGINAL
                            : PositionRule.POSITION_RULE_RENUMBERED);
        }
        if (prompt.scores().length > 0) {
            message.setScores(ScoreVectors.toProto(prompt.scores(), ScoreEncoding.SCORE_ENCODING_FLOAT32));
        }
        for (int place : protectedTokens.placesIn(prompt.kept())) {
            message.addProtectedPlaces(place);
        }
        return message.build();
    }
}
