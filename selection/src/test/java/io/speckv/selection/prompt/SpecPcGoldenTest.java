package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.selection.Golden;
import io.speckv.selection.method.Methods;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpecPcGoldenTest {
    private static final JsonNode SELECTIONS = Golden.json("specpc_select.json");
    private static final JsonNode RUNS = Golden.json("runs.json");

    static IntStream selections() {
        return IntStream.range(0, 40);
    }

    static IntStream runs() {
        return IntStream.range(0, 16);
    }

    @ParameterizedTest
    @MethodSource("selections")
    void keepsWhatTheReferenceSelects(int i) {
        JsonNode expected = SELECTIONS.get(i);
        Map<String, Object> settings = Golden.settings(expected);
        settings.keySet().removeAll(List.of("scores", "kept", "tie_free"));

        float[] scores = Golden.floats(expected.get("scores"));
        int[] kept = Methods.of("specpc", settings).prompt().keep(scores.length, scores);

        assertThat(SELECTIONS.size()).isEqualTo(40);
        assertThat(kept).isEqualTo(Golden.ints(expected.get("kept")));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void keepsWhatTheReferenceKeepsInWholeRuns(int i) {
        JsonNode expected = RUNS.get(i).get("specpc");
        float[] scores = Golden.floats(expected.get("scores"));

        int[] kept = Methods.of("specpc", Golden.settings(expected.get("config")))
                .prompt()
                .keep(scores.length, scores);

        assertThat(RUNS.size()).isEqualTo(16);
        assertThat(kept).isEqualTo(Golden.ints(expected.get("kept")));
    }
}
