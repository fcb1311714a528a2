package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuThreadsTest {
    @ParameterizedTest(name = "{5}")
    @CsvSource({
        "0, false, 8, 8, 8, all processors",
        "0, false, 64, 1, 1, a container with a quota of half a processor on a machine of 64",
        "0, false, 4, 8, 4, physical ones where libtorch takes no others",
        "0, true, 64, 2, 64, OMP_NUM_THREADS is kept",
        "3, true, 64, 2, 3, the setting is stronger",
    })
    void threadsAreThoseAskedForOrThoseThereAre(
            int wanted, boolean saidOtherwise, int libtorchs, int processors, int expected, String story) {
        assertThat(CpuThreads.chosen(wanted, saidOtherwise, libtorchs, processors))
                .as(story)
                .isEqualTo(expected);
    }
}
