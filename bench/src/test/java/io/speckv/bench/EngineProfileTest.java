package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.bench.EngineProfile.Part;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.OperatorTrace;
import io.speckv.engine.torch.OperatorTrace.Call;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineProfileTest {
    @Test
    void operatorsBelongToTheInnermostFunctionThatIsNamed() {
        EngineProfile profile = EngineProfile.of(new OperatorTrace(
                10,
                List.of(
                        new Call("finish", List.of(), 0.5),
                        new Call("aten::mm", List.of("mix", "two_digits", "multiply_float32", "gated", "finish"), 1),
                        new Call("aten::round", List.of("two_digits", "multiply_float32", "gated", "finish"), 0.5),
                        new Call("aten::silu_", List.of("activate", "gated", "finish"), 1),
                        new Call("aten::mm", List.of("causal_rows", "causal", "attend"), 2),
                        new Call("aten::pow", List.of("aten::rms_norm", "rms_norm", "project"), 1.5),
                        new Call("aten::copy_", List.of("project"), 3))));
        assertThat(profile.shares())
                .containsEntry(Part.PRODUCTS, 0.1)
                .containsEntry(Part.ROUNDING, 0.05)
                .containsEntry(Part.GATES, 0.1)
                .containsEntry(Part.ATTENTION, 0.2)
                .containsEntry(Part.NORMS, 0.15)
                .containsEntry(Part.COPIES, 0.3);
        assertThat(profile.shares().get(Part.DISPATCH)).isCloseTo(0.1, within(1e-9));
    }

    /** The parts are found by the names of functions and operators, which a change of the graph may change. */
    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void everyPartOfARealPassIsFound(Precision precision) {
        Path folder = Path.of(System.getProperty("speckv.golden")).resolveSibling("models/speckv-tiny-target");
        try (DecoderModel model = DecoderModel.open(folder, ModelOptions.DEFAULTS.withPrecision(precision))) {
            for (EngineProfile profile :
                    List.of(EngineProfile.ofPrefill(model, 64), EngineProfile.ofDecode(model, 64))) {
                assertThat(profile.seconds()).isPositive();
                for (Part part : Part.values()) {
                    if (part != Part.ROUNDING || precision == Precision.INT8) {
                        assertThat(profile.shares().get(part))
                                .as(part.toString())
                                .isPositive();
                    }
                }
                assertThat(profile.shares().values().stream()
                                .mapToDouble(share -> share)
                                .sum())
                        .isCloseTo(1, within(1e-6));
            }
        }
    }
}
