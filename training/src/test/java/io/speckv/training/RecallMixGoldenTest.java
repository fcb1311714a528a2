package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sequences that the bundled pair was trained on must not change, or its run cannot be repeated. */
class RecallMixGoldenTest {
    private record Sums(long recall, long kinds, long copying) {}

    @Test
    void noRandomDrawOfTheFirstStagesHasChanged(@TempDir Path folder) throws IOException {
        Sums sums = sums(folder, RecallSettings.DEFAULTS, List.of(512, 768, 1024));

        assertThat(sums).isEqualTo(new Sums(1385909237L, 3446618742L, 3095985418L));
    }

    @Test
    void noRandomDrawOfTheStageForSeveralValuesHasChanged(@TempDir Path folder) throws IOException {
        Map<String, Object> stage = Map.of(
                "valuesFrom", 128, "queriesFrom", 256, "valuesShare", 8, "terseValues", true, "mostQuestions", 24);
        Sums sums = sums(folder, TaskText.settings(stage), List.of(128, 256, 1024));

        assertThat(sums).isEqualTo(new Sums(1539603588L, 2075425294L, 570051952L));
    }

    @Test
    void noRandomDrawOfTheLastStagesHasChanged(@TempDir Path folder) throws IOException {
        Map<String, Object> stage = new LinkedHashMap<>();
        stage.put("valuesFrom", 128);
        stage.put("queriesFrom", 256);
        stage.put("valuesShare", 12);
        stage.put("terseValues", true);
        stage.put("mostQuestions", 24);
        stage.put("choiceWeight", 4);
        stage.put("fourValues", 7);
        stage.put("allShare", 8);
        stage.put("rivals", 6);
        stage.put("queriesShare", 2);
        stage.put("sentences", true);
        stage.put("loneValues", 6);
        Sums sums = sums(folder, TaskText.settings(stage), List.of(128, 256, 1024));

        assertThat(sums).isEqualTo(new Sums(1281884232L, 2908700109L, 2965014731L));
    }

    private static Sums sums(Path folder, RecallSettings settings, List<Integer> lengths) throws IOException {
        try (TaskText text = TaskText.in(folder, settings)) {
            CRC32 recall = new CRC32();
            CRC32 copying = new CRC32();
            CRC32 kinds = new CRC32();
            for (int seed = 0; seed < 20; seed++) {
                for (int length : lengths) {
                    Random random = new Random(seed);
                    kinds.update(text.mix().kind(length, random).name().getBytes(StandardCharsets.UTF_8));
                    for (RecallMix.Kind kind : RecallMix.Kind.values()) {
                        if (text.mix().fits(kind, length)) {
                            update(recall, text.mix().recall(length, kind, random));
                        }
                    }
                    update(copying, text.mix().copying(length / 4, random));
                    recall.update(random.nextInt());
                }
            }
            return new Sums(recall.getValue(), kinds.getValue(), copying.getValue());
        }
    }

    private static void update(CRC32 sum, Example example) {
        for (int i = 0; i < example.tokens().length; i++) {
            sum.update(example.tokens()[i]);
            sum.update(example.tokens()[i] >> 8);
            sum.update(Float.floatToIntBits(example.weights()[i]) >> 16);
            sum.update(example.answers()[i] ? 1 : 0);
        }
    }
}
