package io.speckv.router.target;

import io.speckv.cascade.AnswerPiece;
import io.speckv.proto.v1.TokenDelta;

/** A piece of the answer as the target sent it. */
public record TargetDelta(TokenDelta message) implements AnswerPiece {
    @Override
    public int tokenCount() {
        return message.getTokenIdsCount();
    }
}
