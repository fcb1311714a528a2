package io.speckv.evals.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sequences that the bundled pair was trained on must not change, or its run cannot be repeated. */
class RecallMixGoldenTest {
    private static final long RECALL = 1385909237L;
    private static final long COPYING = 3095985418L;
    private static final long KINDS = 3446618742L;

    @Test
    void noRandomDrawHasChanged(@TempDir Path folder) throws IOException {
        try (TaskText text = TaskText.in(folder)) {
            CRC32 recall = new CRC32();
            CRC32 copying = new CRC32();
            CRC32 kinds = new CRC32();
            for (int seed = 0; seed < 20; seed++) {
                for (int length : new int[] {512, 768, 1024}) {
                    Random random = new Random(seed);
                    kinds.update(text.mix().kind(length, random).name().getBytes(StandardCharsets.UTF_8));
                    for (RecallMix.Kind kind : RecallMix.Kind.values()) {
                        update(recall, text.mix().recall(length, kind, random));
                    }
                    update(copying, text.mix().copying(length / 4, random));
                    recall.update(random.nextInt());
                }
            }
            assertThat(recall.getValue()).isEqualTo(RECALL);
            assertThat(copying.getValue()).isEqualTo(COPYING);
            assertThat(kinds.getValue()).isEqualTo(KINDS);
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
