package io.speckv.http;

import io.speckv.proto.v1.AlternativeToken;
import io.speckv.proto.v1.TokenDelta;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Texts of single tokens, for log probabilities: from the alternatives where they name them, else asked for once. */
final class TokenTexts {
    private final Function<Integer, Future<String>> detokenize;
    private final Map<Integer, String> known = new HashMap<>();

    TokenTexts(Function<Integer, Future<String>> detokenize) {
        this.detokenize = detokenize;
    }

    /** Returns at least the texts of the tokens of {@code delta} that carry log probabilities. */
    Future<Map<Integer, String>> of(TokenDelta delta) {
        List<Future<?>> asked = new ArrayList<>();
        for (int i = 0; i < delta.getLogprobsCount(); i++) {
            for (AlternativeToken alternative : delta.getLogprobs(i).getAlternativesList()) {
                known.put(alternative.getTokenId(), alternative.getText());
            }
            int token = delta.getTokenIds(i);
            if (!known.containsKey(token)) {
                known.put(token, "");
                asked.add(detokenize.apply(token).onSuccess(text -> known.put(token, text)));
            }
        }
        return Future.all(asked).map(known);
    }
}
