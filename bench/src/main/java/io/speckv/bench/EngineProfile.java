package io.speckv.bench;

import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.OperatorTrace;
import io.speckv.engine.torch.OperatorTrace.Call;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the time of a pass is divided.
 *
 * @param seconds of the pass
 * @param shares of the seconds by part, 0 to 1, which add up to 1
 */
public record EngineProfile(double seconds, Map<Part, Double> shares) {
    private static final int STEPS = 16;

    /** Parts of a pass. */
    public enum Part {
        /** Matrix products except those of attention. */
        PRODUCTS,
        /** Preparation of rows and results for int8 and fp16 layers. */
        ROUNDING,
        ATTENTION,
        /** Norms and rotation. */
        NORMS,
        /** Activations and residual sums. */
        GATES,
        /** Creation and movement of tensors. */
        COPIES,
        /** The interpreter and Java between operators. */
        DISPATCH
    }

    private static final Set<String> PRODUCTS = Set.of(
            "aten::mm",
            "aten::addmm",
            "mkldnn::_linear_pointwise",
            "onednn::qlinear_pointwise",
            "quantized::linear_dynamic_fp16",
            "quantized::linear_with_input_q_dq_qweight_dq_output_fp32");

    /** Parts by the graph's function in which an operator runs. Operators in none of them create or move tensors. */
    private static final Map<String, Part> FUNCTIONS = Map.ofEntries(
            Map.entry("causal", Part.ATTENTION),
            Map.entry("windowed", Part.ATTENTION),
            Map.entry("vertical_slash", Part.ATTENTION),
            Map.entry("step", Part.ATTENTION),
            Map.entry("chunks", Part.ATTENTION),
            Map.entry("rms_norm", Part.NORMS),
            Map.entry("rotate", Part.NORMS),
            Map.entry("angles", Part.NORMS),
            Map.entry("multiply_float32", Part.ROUNDING),
            Map.entry("multiply_two_digits", Part.ROUNDING),
            Map.entry("gated", Part.GATES),
            Map.entry("add_branch", Part.GATES),
            Map.entry("mixture", Part.GATES));

    /** Returns a part's share of the time, 0 to 1. */
    public double share(Part part) {
        return shares.getOrDefault(part, 0.0);
    }

    /** Returns the profile of the prefill of a random prompt, after a run without profiling. */
    public static EngineProfile ofPrefill(DecoderModel model, int tokens) {
        try (KvArena arena = model.newArena(1, tokens)) {
            KvSlot first = arena.take();
            EngineBench.fill(model, first, tokens);
            first.release();
            KvSlot slot = arena.take();
            return of(OperatorTrace.of(() -> EngineBench.fill(model, slot, tokens)));
        }
    }

    /** Returns the profile of a decode step of one sequence with so many tokens. */
    public static EngineProfile ofDecode(DecoderModel model, int tokens) {
        try (KvArena arena = model.newArena(1, tokens + 2 * STEPS)) {
            KvSlot slot = arena.take();
            EngineBench.fill(model, slot, tokens);
            decode(model, slot);
            EngineProfile all = of(OperatorTrace.of(() -> decode(model, slot)));
            return new EngineProfile(all.seconds / STEPS, all.shares);
        }
    }

    private static void decode(DecoderModel model, KvSlot slot) {
        for (int i = 0; i < STEPS; i++) {
            DecodeStep.run(model, List.of(slot), new int[] {7});
        }
    }

    /** Sorts a trace into parts. Time outside of operators belongs to the interpreter and Java. */
    static EngineProfile of(OperatorTrace trace) {
        Map<Part, Double> shares = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            shares.put(part, 0.0);
        }
        double operators = 0;
        for (Call call : trace.calls()) {
            if (call.isOperator()) {
                shares.merge(partOf(call), call.ownSeconds() / trace.seconds(), Double::sum);
                operators += call.ownSeconds();
            }
        }
        shares.put(Part.DISPATCH, trace.seconds() == 0 ? 0 : 1 - operators / trace.seconds());
        return new EngineProfile(trace.seconds(), shares);
    }

    private static Part partOf(Call call) {
        Part part = call.callers().stream()
                .filter(FUNCTIONS::containsKey)
                .map(FUNCTIONS::get)
                .findFirst()
                .orElse(Part.COPIES);
        return part != Part.ATTENTION && PRODUCTS.contains(call.name()) ? Part.PRODUCTS : part;
    }
}
