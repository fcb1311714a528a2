package io.speckv.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.sampling.CounterRandom.Purpose;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

    @Test
    void numbersNeverChangeBetweenVersions() {
        CounterRandom random = new CounterRandom(42);
        assertThat(random.uniform(0, Purpose.TOKEN)).isEqualTo(0.7720564905202446);
        assertThat(random.uniform(1, Purpose.PROPOSAL)).isEqualTo(0.9213172250065323);
    }

    @Test
    void numbersAreUniformOverIndicesAndOverSeeds() {
        float[] even = new float[64];
        Arrays.fill(even, 1f / even.length);
        for (Purpose purpose : Purpose.values()) {
            int[] overIndices = new int[even.length];
            int[] overSeeds = new int[even.length];
            for (int i = 0; i < 64_000; i++) {
                overIndices[(int) (new CounterRandom(3).uniform(i, purpose) * even.length)]++;
                overSeeds[(int) (new CounterRandom(i).uniform(3, purpose) * even.length)]++;
            }
            ChiSquare.assertDrawnFrom(even, overIndices);
            ChiSquare.assertDrawnFrom(even, overSeeds);
        }
    }

    @Test
    void purposesAndNeighboursAreUncorrelated() {
        double purposes = 0;
        double neighbours = 0;
        double seeds = 0;
        int draws = 100_000;
        for (int i = 0; i < draws; i++) {
            double token = new CounterRandom(1).uniform(i, Purpose.TOKEN) - 0.5;
            purposes += token * (new CounterRandom(1).uniform(i, Purpose.PROPOSAL) - 0.5);
            neighbours += token * (new CounterRandom(1).uniform(i + 1, Purpose.TOKEN) - 0.5);
            seeds += token * (new CounterRandom(2).uniform(i, Purpose.TOKEN) - 0.5);
        }
        // The variance of a product of two is 1/144, so four standard errors of the mean are 0.00105.
        assertThat(purposes / draws).isCloseTo(0, within(0.00105));
        assertThat(neighbours / draws).isCloseTo(0, within(0.00105));
        assertThat(seeds / draws).isCloseTo(0, within(0.00105));
    }
}
