package io.speckv.target;

import io.speckv.text.SpecialTokens;
import io.speckv.text.StopStrings;
import io.speckv.text.TokenStream;
import io.speckv.text.Tokenizer;
import java.util.List;
import java.util.Optional;

/** The text of one answer as its tokens come, cut before the first stop text. Thread-confined. */
final class AnswerText {
    private final TokenStream stream;
    private final StopStrings stops;

    /** @param special whether special tokens are part of the text */
    AnswerText(Tokenizer tokenizer, List<String> stopTexts, SpecialTokens special) {
        this.stream = new TokenStream(tokenizer, special);
        this.stops = new StopStrings(stopTexts);
    }

    /** Returns the text that can go out now that this token has come. */
    String accept(int token) {
        return stops.accept(stream.accept(token));
    }

    /** Returns the text held back, now that no token will come. */
    String finish() {
        String rest = stops.accept(stream.finish());
        return stops.matched().isPresent() ? rest : rest + stops.finish();
    }

    /** Returns the stop text that was met. */
    Optional<String> matched() {
        return stops.matched();
    }
}
