package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.engine.checkpoint.TensorSource;
import io.speckv.engine.checkpoint.WeightType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowsInTurnTest {
    /** Tensor t holds 1000000 t + i at i, modulo what a float tells apart. */
    private static final class Counted implements TensorSource {
        private final List<String> reads = new ArrayList<>();

        @Override
        public TensorEntry tensor(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void read(TensorEntry entry, long first, float[] into) {
            reads.add(entry.name() + " " + first + " " + into.length);
            for (int i = 0; i < into.length; i++) {
                into[i] = value(Integer.parseInt(entry.name()), first + i);
            }
        }
    }

    private static float value(int tensor, long index) {
        return (tensor * 1_000_000L + index) % 16_777_216;
    }

    private static TensorEntry entry(int name, long... shape) {
        return new TensorEntry(String.valueOf(name), WeightType.F32, shape, Path.of("none"), 0, 0, true);
    }

    @Test
    void numbersOfAllTensorsFollowEachOtherInWhateverOrderTheyAreAskedFor() {
        long[][] shapes = {{2, 3}, {0, 5}, {1}, {7, 1, 2}};
        List<TensorEntry> entries = new ArrayList<>();
        List<Float> expected = new ArrayList<>();
        for (int tensor = 0; tensor < shapes.length; tensor++) {
            entries.add(entry(tensor, shapes[tensor]));
            long count = 1;
            for (long size : shapes[tensor]) {
                count *= size;
            }
            for (int i = 0; i < count; i++) {
                expected.add(value(tensor, i));
            }
        }
        RowsInTurn rows = new RowsInTurn(new Counted(), entries);
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            int at = i < expected.size() ? i : random.nextInt(expected.size());
            assertThat(rows.at(at)).isEqualTo(expected.get(at));
        }
        for (long outside : new long[] {expected.size(), Long.MAX_VALUE}) {
            assertThatThrownBy(() -> rows.at(outside))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("number " + outside + " of " + expected.size());
        }
    }

    @Test
    void inTurnEveryNumberIsReadOnceAndNoMoreThanAMillionAtATime() {
        Counted source = new Counted();
        int large = (1 << 21) + 5;
        RowsInTurn rows = new RowsInTurn(source, List.of(entry(0, 3), entry(1, large), entry(2, 2)));
        for (int i = 0; i < 3 + large + 2; i++) {
            float expected = i < 3 ? value(0, i) : i < 3 + large ? value(1, i - 3) : value(2, i - 3 - large);
            if (rows.at(i) != expected) {
                assertThat(rows.at(i)).as("number %d", i).isEqualTo(expected);
            }
        }
        assertThat(source.reads).containsExactly("0 0 3", "1 0 1048576", "1 1048576 1048576", "1 2097152 5", "2 0 2");
    }
}
