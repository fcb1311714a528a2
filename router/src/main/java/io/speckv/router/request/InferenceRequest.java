package io.speckv.router.request;

import io.speckv.proto.v1.EngineOptions;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.router.prompt.PromptStructure;
import io.speckv.router.prompt.PromptTokens;

/**
 * A valid request to generate.
 *
 * @param requestId the caller's, or one that the router made
 * @param target that answers
 * @param compressFrom fewest tokens of a prompt that the method is applied to; 0 where the request names its method
 * @param sampling with max_new_tokens set
 * @param engine what the engine behind the target is told
 * @param fallback full, snapkv, ngram or fail
 * @param overloaded the same where the draft is too busy
 * @param speculates whether the draft may go on drafting while the target answers
 * @param structure what of the prompt is compressed together, and what of it stays whatever its scores
 * @param prefix hash of the prompt's beginning
 */
public record InferenceRequest(
        String requestId,
        ModelDescription target,
        PromptTokens prompt,
        RequestedMethod method,
        int compressFrom,
        SamplingSettings sampling,
        EngineOptions engine,
        FallbackPolicy fallback,
        FallbackPolicy overloaded,
        ReportSettings report,
        boolean speculates,
        PromptStructure structure,
        long prefix) {
    public int maxNewTokens() {
        return sampling.getMaxNewTokens();
    }
}
