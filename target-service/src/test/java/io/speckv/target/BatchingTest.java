package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer does not depend on what else the target answers at the same time. */
class BatchingTest {
    private static final int REQUESTS = 40;
    private static final int MIXES = 4;

    @ParameterizedTest
    @ValueSource(strings = {"llama-target", "qwen2-target", "qwen3-target"})
    void requestsAloneAndInAnyMixGetTheSameTokens(String model) {
        RandomRequest[] requests = RandomRequest.many(model.hashCode(), REQUESTS);
        try (LoopbackTarget target = LoopbackTarget.start(model, "--queue.requests=100", "--slots.small.count=7")) {
            List<int[]> alone = new ArrayList<>();
            for (RandomRequest request : requests) {
                alone.add(request.answer(target));
            }
            Random random = new Random(7);
            for (int mix = 0; mix < MIXES; mix++) {
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, REQUESTS).boxed().toList());
                Collections.shuffle(order, random);
                List<TargetCall> calls = new ArrayList<>();
                for (int index : order) {
                    calls.add(requests[index]
                            .open(target, () -> pause(random.nextInt(4)))
                            .halfClose());
                    pause(random.nextInt(3));
                }
                for (int i = 0; i < REQUESTS; i++) {
                    int index = order.get(i);
                    assertThat(calls.get(i).result().tokens())
                            .as("mix %d, %s", mix, requests[index])
                            .isEqualTo(alone.get(index));
                }
            }
            target.awaitIdle();
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
