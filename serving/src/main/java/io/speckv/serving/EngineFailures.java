package io.speckv.serving;

import io.speckv.engine.CancelledException;
import io.speckv.engine.EngineException;
import io.speckv.engine.PromptTooLongException;
import io.speckv.engine.TokenOutOfVocabularyException;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.TextException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Translates failures of the modules engine and text into failures that a client can read. */
public final class EngineFailures implements FailureClassifier {
    /**
     * Failures by {@link EngineException#code}. A checkpoint that is damaged at run time is missing here, because a client
     * can do nothing about it.
     */
    static final Map<String, FailureCode> CODES = Map.of(
            "prompt_too_long", FailureCode.PROMPT_TOO_LONG,
            "token_out_of_vocabulary", FailureCode.TOKEN_OUT_OF_VOCAB,
            "non_finite", FailureCode.NON_FINITE,
            "cancelled", FailureCode.CANCELLED,
            "checkpoint", FailureCode.UNEXPECTED);

    @Override
    public Optional<RequestException> classify(Throwable thrown) {
        if (thrown instanceof EngineException failure) {
            FailureCode code = CODES.getOrDefault(failure.code(), FailureCode.UNEXPECTED);
            return code == FailureCode.UNEXPECTED ? Optional.empty() : Optional.of(encode(code, failure));
        }
        if (thrown instanceof TextException) {
            // The exception's message may quote the text, so it is not shown.
            return Optional.of(RequestException.of(
                    FailureCode.FIELD_INVALID, "the text cannot be tokenized: it is not valid Unicode", thrown));
        }
        return outOfMemory(thrown)
                ? Optional.of(RequestException.of(
                        FailureCode.KV_MEMORY, "the device has no memory left for this request", thrown))
                : Optional.empty();
    }

    private static RequestException encode(FailureCode code, EngineException failure) {
        RequestException encoded = RequestException.of(code, String.valueOf(failure.getMessage()), failure);
        if (failure instanceof PromptTooLongException tooLong) {
            return encoded.with("needed_tokens", tooLong.neededTokens()).with("most_tokens", tooLong.maxTokens());
        }
        if (failure instanceof TokenOutOfVocabularyException token) {
            return encoded.with("index", token.index()).with("vocab_size", token.vocabSize());
        }
        return failure instanceof CancelledException
                ? RequestException.of(FailureCode.CANCELLED, "the call was cancelled")
                : encoded;
    }

    /** libtorch has no exception type for this, so only the message tells. */
    private static boolean outOfMemory(Throwable thrown) {
        return Stream.iterate(thrown, t -> t != null, Throwable::getCause)
                .limit(10)
                .map(t -> String.valueOf(t.getMessage()))
                .anyMatch(message -> message.contains("out of memory") || message.contains("can't allocate memory"));
    }
}
