package io.speckv.target;

import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.text.SpecialTokens;
import io.speckv.text.StopStrings;
import io.speckv.text.TokenOffsets;
import io.speckv.text.TokenStream;
import io.speckv.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text of one answer as its tokens arrive, up to the stop text that ends it. Thread-confined. */
final class AnswerText {
    private final TokenStream stream;
    private final StopStrings stops;
    private final boolean includesStop;
    private final int uncheckedTokens;
    private final @Nullable TokenOffsets places;
    private final List<Integer> offsets = new ArrayList<>();
    private int tokens;

    /**
     * @param sampling a stop text counts where it ends in the text of a token behind its least number of tokens, wherever it
     *     begins, as in vLLM; offsets are known if it asks for log probabilities
     * @param special whether special tokens are part of the text
     * @param includesStop whether the stop text is part of the text
     */
    AnswerText(Tokenizer tokenizer, SamplingSettings sampling, SpecialTokens special, boolean includesStop) {
        this.stream = new TokenStream(tokenizer, special);
        this.stops = new StopStrings(sampling.stopStrings());
        this.includesStop = includesStop;
        this.uncheckedTokens = sampling.minNewTokens();
        this.places = sampling.logprobs() == SamplingSettings.NO_LOGPROBS ? null : new TokenOffsets(tokenizer, special);
    }

    /** Returns the text that can be sent after this token. */
    String accept(int token) {
        if (places != null) {
            offsets.add(places.next(token));
        }
        String piece = stream.accept(token);
        if (places != null) {
            places.given(piece, stream.isWhole());
        }
        tokens++;
        return checked(piece);
    }

    private String checked(String piece) {
        if (tokens <= uncheckedTokens) {
            return stops.pass(piece);
        }
        if (stops.matched().isPresent()) {
            return ""; // no text follows the stop text
        }
        String text = stops.accept(piece);
        return includesStop ? text + stops.matched().orElse("") : text;
    }

    /** Returns the text that was held back. No token may follow. */
    String finish() {
        String rest = checked(stream.finish());
        return stops.matched().isPresent() ? rest : rest + stops.finish();
    }

    /** Returns the text that was held back and, if it was asked for, the text of the stop token that ended the answer. */
    String finish(int stopToken) {
        return includesStop ? accept(stopToken) + finish() : finish();
    }

    /** Returns the stop text that ended the answer, if any. */
    Optional<String> matched() {
        return stops.matched();
    }

    /**
     * Returns where a token begins in the text, in code points.
     *
     * @param index of the token, from 0
     * @throws IllegalStateException if no log probabilities were asked for
     */
    int offset(int index) {
        if (places == null) {
            throw new IllegalStateException("offsets come with log probabilities");
        }
        return offsets.get(index);
    }
}
