package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.WrittenGguf;
import io.speckv.gguf.GgufException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gemma's files say with a period, or layer by layer, which layers see a window; {@link GgufConfigTest} has periods. */
class GgufSlidingLayersTest {
    private static final LayerShape LOCAL = new LayerShape(16, Rope.plain(10_000));
    private static final LayerShape GLOBAL = new LayerShape(LayerShape.NO_WINDOW, Rope.plain(1_000_000));

    @TempDir
    Path temp;

    private List<LayerShape> layers(int count, Object pattern) {
        return WrittenGguf.keysOf("gemma3")
                .put("*.block_count", count)
                .put("*.attention.sliding_window", 16)
                .put("*.attention.sliding_window_pattern", pattern)
                .config(temp)
                .shape()
                .layerShapes();
    }

    /** A layer slides where a {@code t} stands. */
    @ParameterizedTest
    @ValueSource(strings = {"tttttf", "ftftt", "tttttftt", "ffft", "tttt", "ffff", "t", "f"})
    void aSwitchForEachLayerSaysWhetherItSlides(String pattern) {
        List<Boolean> switches = pattern.chars().mapToObj(on -> on == 't').toList();
        List<LayerShape> expected =
                switches.stream().map(slides -> slides ? LOCAL : GLOBAL).toList();
        assertThat(layers(pattern.length(), switches)).isEqualTo(expected);
    }

    @Test
    void aNumberIsAPeriod() {
        assertThat(layers(4, 2)).containsExactly(LOCAL, GLOBAL, LOCAL, GLOBAL);
        assertThat(layers(2, 1)).containsExactly(GLOBAL, GLOBAL);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 7})
    void switchesOfAnotherNumberOfLayersAreRefused(int switches) {
        assertThatThrownBy(() -> layers(6, Collections.nCopies(switches, true)))
                .isInstanceOf(GgufException.class)
                .hasMessage(temp.resolve("model.gguf") + ": expected key gemma3.attention.sliding_window_pattern as a"
                        + " number, or a list of 6 switches, one for each layer, found a list of " + switches);
    }

    @Test
    void aListOfPeriodsIsNone() {
        assertThatThrownBy(() -> layers(2, List.of(6, 6)))
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("a list of 2 switches, one for each layer");
    }
}
