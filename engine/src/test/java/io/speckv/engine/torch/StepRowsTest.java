package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.GoldenFamily;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.PromptTooLongException;
import io.speckv.engine.TokenOutOfVocabularyException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step refuses before it reads anything. DecodeStepTest and ChunkStepTest hold what it computes. */
class StepRowsTest {
    private static final DecoderModel MODEL = DecoderModel.open(
            GoldenFamily.named("mistral").folder(), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static void refused(List<KvSlot> slots, int[] tokens, int[] counts, Class<?> kind, String message) {
        int before = MODEL.openScopesAndArrays();
        assertThatThrownBy(() -> StepRows.of(MODEL, slots, tokens, counts).close())
                .isInstanceOf(kind)
                .hasMessageContaining(message);
        assertThat(MODEL.openScopesAndArrays()).isEqualTo(before);
    }

    @Test
    void aStepNeedsASlotForEachOfItsCounts() {
        try (KvArena arena = MODEL.newArena(2, 4)) {
            refused(List.of(), new int[0], new int[0], IllegalArgumentException.class, "0 tokens for 0 slots");
            KvSlot slot = arena.take();
            refused(
                    List.of(slot, arena.take()),
                    new int[] {1},
                    new int[] {1},
                    IllegalArgumentException.class,
                    "1 tokens for 2 slots");
            refused(
                    List.of(slot),
                    new int[] {1, 2},
                    new int[] {1, 1},
                    IllegalArgumentException.class,
                    "2 tokens for 1 slots");
        }
    }

    @Test
    void slotsOfTwoArenasDoNotStepTogether() {
        try (KvArena one = MODEL.newArena(1, 4);
                KvArena other = MODEL.newArena(1, 4)) {
            refused(
                    List.of(one.take(), other.take()),
                    new int[] {1, 2},
                    new int[] {1, 1},
                    IllegalArgumentException.class,
                    "the slots of one step must be of one arena");
        }
    }

    @Test
    void aTokenOutsideTheVocabularyIsNamed() {
        try (KvArena arena = MODEL.newArena(1, 4)) {
            int vocabulary = MODEL.shape().vocabSize();
            refused(
                    List.of(arena.take()),
                    new int[] {1, vocabulary},
                    new int[] {2},
                    TokenOutOfVocabularyException.class,
                    "found " + vocabulary + " at index 1");
        }
    }

    /** The model has 256 positions. A slot whose keys were evicted has room and may have no position left. */
    @ParameterizedTest
    @CsvSource({"255, 1, true", "256, 1, false", "254, 2, true", "254, 3, false"})
    void noTokenStandsBeyondTheModelsPositions(int nextPosition, int count, boolean fits) {
        try (KvArena arena = MODEL.newArena(1, 8)) {
            KvSlot slot = arena.take();
            slot.setNextPosition(nextPosition);
            if (fits) {
                StepRows.of(MODEL, List.of(slot), new int[count], new int[] {count})
                        .close();
            } else {
                refused(List.of(slot), new int[count], new int[] {count}, PromptTooLongException.class, "at most 256");
            }
        }
    }

    @Test
    void theFullestSlotDecidesWhetherThereIsRoom() {
        try (KvArena arena = MODEL.newArena(2, 4)) {
            KvSlot empty = arena.take();
            KvSlot full = arena.take();
            full.grow(1, 3);
            refused(
                    List.of(empty, full),
                    new int[] {1, 2, 3},
                    new int[] {1, 2},
                    PromptTooLongException.class,
                    "at most 4");
            assertThat(empty.longest()).isZero();
        }
    }
}
