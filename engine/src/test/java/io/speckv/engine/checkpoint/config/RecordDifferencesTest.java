package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shapes of models are told apart in a line. */
class RecordDifferencesTest {
    private static final Rope LONG = new Rope(500, 1, longRope(1.5, 2));

    private static RopeScaling longRope(double third, double amplitude) {
        return new RopeScaling.LongRope(Collections.nCopies(48, 1.0), List.of(1.0, 1.0, third, third), 250, amplitude);
    }

    @Test
    void whatIsEqualHasNone() {
        assertThat(RecordDifferences.between(LONG, new Rope(500, 1, longRope(1.5, 2))))
                .isEmpty();
    }

    @Test
    void eachComponentThatDiffersIsNamedWithItsPlace() {
        assertThat(RecordDifferences.between(LONG, new Rope(600, 1, longRope(1.25, 3))))
                .containsExactly(
                        "theta 500.0, which would be read as 600.0",
                        "scaling.longFactors[2] 1.5, which would be read as 1.25",
                        "scaling.attentionFactor 2.0, which would be read as 3.0");
    }

    @Test
    void recordsOfTwoKindsAreTheirNames() {
        assertThat(RecordDifferences.between(LONG, Rope.plain(500)))
                .containsExactly("scaling LongRope, which would be read as None");
    }

    @Test
    void ofLayersTheFirstThatDiffersIsNamed() {
        LayerShape full = new LayerShape(LayerShape.NO_WINDOW, LONG);
        LayerShape local = new LayerShape(16, LONG);
        ModelShape shape =
                ModelShape.uniform(Architecture.LLAMA, 8, 32, 32, 3, 2, 1, 16, 0.25, Rope.plain(10_000), 64, true);
        assertThat(RecordDifferences.between(
                        new Layers(List.of(full, local, local)), new Layers(List.of(full, full, full))))
                .containsExactly("shapes[1].window 16, which would be read as 0");
        assertThat(RecordDifferences.between(shape, shape.ofLayers(List.of(0, 1))))
                .containsExactly("layerShapes a list of 3, which would be read as a list of 2");
    }

    record Layers(List<LayerShape> shapes) {}
}
