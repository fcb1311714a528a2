package io.speckv.router.request;

import io.speckv.proto.v1.EngineOptions;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.router.prompt.PromptStructure;
import io.speckv.router.prompt.PromptTokens;

/**
 * A valid request to generate text.
 *
 * @param requestId from the caller, or made by the router
 * @param target description of the model that answers
 * @param compressFrom the method is applied to prompts of at least so many tokens; 0 if the request names its method
 * @param sampling with max_new_tokens set
 * @param engine options of the engine behind the target
 * @param fallback full, snapkv, ngram or fail
 * @param overloaded the fallback when the draft is too busy
 * @param speculates whether the draft may go on drafting while the target answers
 * @param structure which stretches of the prompt are compressed together, and which tokens stay whatever their scores
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
