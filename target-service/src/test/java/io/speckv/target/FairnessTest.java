package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A long prompt holds nobody up, and is not held up for ever. */
class FairnessTest {
    private static final int LONG = 5000;

    private static LoopbackTarget target;

    @BeforeAll
    static void start() {
        target = LoopbackTarget.start(
                "llama-target", "--slots.large.tokens=8192", "--slots.large.count=3", "--queue.requests=200");
    }

    @AfterAll
    static void stop() {
        target.close();
    }

    private static TargetCall openLong() {
        TargetCall call = target.open(
                        LoopbackTarget.start(LoopbackTarget.prompt(LONG), 3).build())
                .halfClose();
        target.awaitBusy();
        return call;
    }

    @Test
    void runningAnswersGetTokensWhileALongPromptIsRead() {
        TargetCall running = target.open(
                        LoopbackTarget.start(LoopbackTarget.prompt(40), 15).build())
                .halfClose()
                .awaitFirstToken();
        TargetCall slow = openLong();

        assertThat(running.endedBefore(slow)).isTrue();
        assertThat(running.result().tokens()).hasSize(15);
        assertThat(slow.result().tokens()).hasSize(3);
    }

    @Test
    void shortPromptsOvertakeALongOneAndItEndsAllTheSame() {
        int[] alone = target.generate(
                        LoopbackTarget.start(LoopbackTarget.prompt(LONG), 3).build())
                .tokens();
        TargetCall slow = openLong();
        TargetCall brief = target.open(
                        LoopbackTarget.start(LoopbackTarget.prompt(50), 2).build())
                .halfClose();
        List<TargetCall> stream = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            stream.add(target.open(LoopbackTarget.start(LoopbackTarget.prompt(1000 + i), 1)
                            .build())
                    .halfClose());
        }
        assertThat(brief.endedBefore(slow))
                .as("the short one did not wait for the long one")
                .isTrue();
        assertThat(brief.result().tokens()).hasSize(2);
        assertThat(stream.stream().filter(call -> call.endedBefore(slow)))
                .as("the long one did not wait for all short ones")
                .hasSizeLessThan(24);
        assertThat(slow.result().tokens()).isEqualTo(alone);
        stream.forEach(call -> assertThat(call.result().tokens()).hasSize(1));
    }

    @Test
    void aCancelledPrefillStopsAtTheNextBlock() {
        long whole = nanosUntilIdle(openLong());
        // On a busy machine one try may be slow for another reason, not every one.
        assertThat(IntStream.range(0, 5).mapToLong(i -> {
                    TargetCall cancelled = openLong();
                    cancelled.cancel();
                    return nanosUntilIdle(cancelled);
                }))
                .anyMatch(nanos -> nanos < whole / 3);
    }

    private static long nanosUntilIdle(TargetCall call) {
        long began = System.nanoTime();
        call.failed();
        target.awaitIdle();
        return System.nanoTime() - began;
    }
}
