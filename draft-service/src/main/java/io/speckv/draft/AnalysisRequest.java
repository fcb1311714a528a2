package io.speckv.draft;

import io.speckv.engine.generate.DraftTask;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.proto.v1.ScoreEncoding;
import io.speckv.text.Encoding;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A valid request to analyse.
 *
 * @param requestId id that the caller gave
 * @param text the encoded text, or null if the request gave token ids
 * @param task for the engine
 * @param classified whether a token classifier scores the prompt before the task
 * @param sampling of the lookahead
 * @param encoding of the scores
 * @param lookaheadNanos time from the request's arrival after which no more tokens are drafted
 */
record AnalysisRequest(
        String requestId,
        @Nullable Encoding text,
        DraftTask task,
        boolean classified,
        SamplingSettings sampling,
        ScoreEncoding encoding,
        OptionalLong lookaheadNanos) {}
