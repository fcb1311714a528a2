package io.speckv.draft;

import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.selection.Reduction;
import io.speckv.selection.prompt.AttentionScoring;
import io.speckv.serving.SamplingFields;
import io.speckv.serving.ServedModel;
import io.speckv.text.ControlTokens;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.SpecialTokens;
import io.speckv.text.TooManyTokensException;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Turns a request message into a valid {@link AnalysisRequest}, or into a failure that names the field. */
final class AnalysisReader {
    /** Texts up to this many tokens are counted to the end whatever the limit, so that the error tells the exact number. */
    private static final int COUNTED = 1 << 16;

    private static final String SCORING = "scoring.";

    private final ServedModel model;
    private final int maxPromptTokens;
    private final int maxLookaheadTokens;
    private final boolean classifies;

    /** @param classifies whether the service has a token classifier */
    AnalysisReader(ServedModel model, int maxPromptTokens, int maxLookaheadTokens, boolean classifies) {
        this.model = model;
        this.maxPromptTokens = maxPromptTokens;
        this.maxLookaheadTokens = maxLookaheadTokens;
        this.classifies = classifies;
    }

    AnalysisRequest read(AnalyseRequest request) {
        RequestFields.requireId(request.getRequestId());
        model.requireFingerprint(request.getTokenizerFingerprint());
        Encoding text = null;
        int[] prompt;
        switch (request.getPromptCase()) {
            case TOKEN_IDS -> {
                int count = request.getTokenIds().getIdsCount();
                RequestFields.requirePromptLength(count, "token_ids.ids", maxPromptTokens);
                prompt = RequestFields.tokens(request.getTokenIds().getIdsList(), "token_ids.ids", model.vocabSize());
            }
            case TEXT -> {
                text = encoded(request.getText());
                prompt = text.ids();
                RequestFields.requirePromptLength(prompt.length, "text", maxPromptTokens);
            }
            default -> throw RequestException.invalidField("prompt", "is missing: set token_ids or text");
        }
        AttentionScoring scoring = request.hasScoring() ? scoring(request.getScoring()) : null;
        requireScorable(request);
        SamplingSettings sampling = SamplingFields.read(
                request.getSampling(), SamplingDefaults.NEUTRAL, model.vocabSize(), maxLookaheadTokens);
        return new AnalysisRequest(
                request.getRequestId(),
                text,
                task(request, prompt, scoring, sampling),
                request.getClassification(),
                sampling,
                request.getScoreEncoding(),
                timeLimit(request));
    }

    /** Returns the tokens of a text. A text far beyond the limit is not read to its end. */
    private Encoding encoded(String text) {
        try {
            return model.tokenizer()
                    .encode(
                            text,
                            SpecialTokens.INCLUDED,
                            ControlTokens.AS_TEXT,
                            EncodingLimit.of(Math.max(maxPromptTokens, COUNTED)));
        } catch (TooManyTokensException e) {
            throw RequestException.ofField(
                            FailureCode.PROMPT_TOO_LONG,
                            "text",
                            "has more than " + e.limit() + " tokens, must have at most " + maxPromptTokens)
                    .with("most_tokens", maxPromptTokens);
        }
    }

    /** Reads the start of a draft that speculates after its analysis. */
    AnalysisRequest readStart(AnalyseRequest start) {
        if (start.getClassification()) {
            throw RequestException.invalidField(
                    "classification", "is set, must be unset where the draft goes on: a classifier drafts nothing");
        }
        return read(start);
    }

    private void requireScorable(AnalyseRequest request) {
        if (!request.getClassification()) {
            return;
        }
        if (!classifies) {
            throw RequestException.ofField(
                    FailureCode.CLASSIFIER_MISSING,
                    "classification",
                    "is set, and this service has no token classifier");
        }
        if (request.hasScoring()) {
            throw RequestException.invalidField("classification", "is set together with scoring: set one of them");
        }
    }

    private DraftTask task(
            AnalyseRequest request, int[] prompt, @Nullable AttentionScoring scoring, SamplingSettings sampling) {
        int scoringTokens = scoring == null ? 0 : scoring.lookaheadFor(maxLookaheadTokens);
        int more = RequestFields.within(
                request.getLookaheadTokens(), 0, maxLookaheadTokens - scoringTokens, "lookahead_tokens");
        Set<Integer> ends = new HashSet<>(sampling.stopTokenIds());
        if (!sampling.ignoreEos()) {
            ends.addAll(model.endTokens());
        }
        Sampler sampler =
                new Sampler(sampling, ThreadLocalRandom.current().nextLong(), prompt, model.endTokens()).proposing();
        return new DraftTask(prompt, scoring, scoringTokens, scoringTokens + more, sampler::choose, ends);
    }

    private AttentionScoring scoring(io.speckv.proto.v1.AttentionScoring message) {
        if (!message.hasWindowSize()) {
            throw RequestException.invalidField(SCORING + "window_size", "is missing, must be at least 1");
        }
        int kernel = message.hasMeanPoolKernel()
                ? RequestFields.within(message.getMeanPoolKernel(), 1, maxPromptTokens, SCORING + "mean_pool_kernel")
                : 1;
        if (kernel % 2 == 0) {
            throw RequestException.invalidField(SCORING + "mean_pool_kernel", "is " + kernel + ", must be odd");
        }
        return new AttentionScoring(
                RequestFields.within(message.getWindowSize(), 1, Integer.MAX_VALUE, SCORING + "window_size"),
                !message.hasWeightedQuery() || message.getWeightedQuery(),
                RequestFields.within(
                        message.getStartingLayerIndex(),
                        0,
                        model.decoder().shape().layers() - 1,
                        SCORING + "starting_layer_index"),
                reduction(message.getOverQueries(), message.getOverQueriesValue(), SCORING + "over_queries"),
                reduction(message.getWithinStep(), message.getWithinStepValue(), SCORING + "within_step"),
                reduction(message.getAcrossSteps(), message.getAcrossStepsValue(), SCORING + "across_steps"),
                message.getPromptKeysOnly(),
                message.hasLookaheadTokens()
                        ? RequestFields.within(
                                message.getLookaheadTokens(), 1, maxLookaheadTokens, SCORING + "lookahead_tokens")
                        : 1,
                kernel);
    }

    private static Reduction reduction(io.speckv.proto.v1.Reduction message, int number, String field) {
        return switch (message) {
            case REDUCTION_UNSPECIFIED, REDUCTION_MAX -> Reduction.MAX;
            case REDUCTION_MEAN -> Reduction.MEAN;
            case REDUCTION_SUM -> Reduction.SUM;
            case UNRECOGNIZED ->
                throw RequestFields.unknown(field, number, io.speckv.proto.v1.Reduction.getDescriptor());
        };
    }

    private static OptionalLong timeLimit(AnalyseRequest request) {
        if (!request.hasLookaheadTimeLimit()) {
            return OptionalLong.empty();
        }
        long nanos = RequestFields.nanos(request.getLookaheadTimeLimit(), "lookahead_time_limit");
        if (nanos == 0) {
            throw RequestException.invalidField("lookahead_time_limit", "is 0, must be above 0");
        }
        return OptionalLong.of(nanos);
    }
}
