package io.speckv.bench;

/**
 * The cost of the cascade on an {@link Accelerator}, computed from operations and bytes; nothing here is measured.
 *
 * @param fullSeconds to the first token with the whole prompt in the target
 * @param cascadeSeconds to the first token with SpecKV-PC: draft prefill, wire, draft lookahead, target prefill
 * @param fullKvBytes of the target's cache
 * @param cascadeKvBytes of the target's cache
 */
public record CascadeProjection(
        ModelSize target,
        ModelSize draft,
        int promptTokens,
        double fullSeconds,
        double cascadeSeconds,
        double fullKvBytes,
        double cascadeKvBytes) {

    /** Computes one length. */
    public static CascadeProjection of(
            Accelerator device, ModelSize target, ModelSize draft, int promptTokens, CascadeBench.Budgets budgets) {
        int kept = Math.min(promptTokens, budgets.promptTokens());
        int pairs = Math.min(kept, budgets.kvPairs());
        double lookahead = budgets.lookaheadTokens() * device.decodeSeconds(draft, promptTokens);
        double cascade = device.prefillSeconds(draft, promptTokens)
                + device.wireSeconds(promptTokens)
                + lookahead
                + device.prefillSeconds(target, kept + budgets.lookaheadTokens());
        return new CascadeProjection(
                target,
                draft,
                promptTokens,
                device.prefillSeconds(target, promptTokens),
                cascade,
                kvBytes(target, promptTokens),
                kvBytes(target, pairs));
    }

    private static double kvBytes(ModelSize size, int tokens) {
        return 2.0
                * 2
                * size.shape().layers()
                * size.shape().kvHeads()
                * size.shape().headDim()
                * tokens;
    }
}
