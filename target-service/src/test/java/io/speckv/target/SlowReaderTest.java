package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerationStart;
import org.junit.jupiter.api.Test;

/** A client that reads slowly pauses its own answer and no other. */
class SlowReaderTest {
    private static final GenerationStart LARGE =
            LoopbackTarget.moreThanWindowsHold().build();

    @Test
    void stallsItselfAloneAndGetsItsWholeAnswerLater() {
        try (LoopbackTarget target = LoopbackTarget.start(
                "llama-target", "--streams.outbox-messages=4", "--streams.slow-consumer-timeout=10m")) {
            int[] alone = target.generate(LARGE).tokens();
            TargetCall slow = target.openUnread(LARGE).halfClose();
            slow.read(1);
            slow.awaitFirstToken();
            assertThat(target.generate(LARGE).tokens()).isEqualTo(alone);

            assertThat(slow.isDone()).isFalse();
            assertThat(target.server().slotsUsed())
                    .as("paused, not computed ahead")
                    .isEqualTo(1);
            slow.read(Integer.MAX_VALUE);
            assertThat(slow.result().tokens()).isEqualTo(alone);
            target.awaitIdle();
        }
    }

    @Test
    void losesItsStreamWhenItReadsNothingForTooLong() {
        try (LoopbackTarget target = LoopbackTarget.start(
                "llama-target", "--streams.outbox-messages=4", "--streams.slow-consumer-timeout=200ms")) {
            TargetCall slow = target.openUnread(LARGE).halfClose();
            target.awaitBusy();
            target.awaitIdle();
            slow.read(Integer.MAX_VALUE);
            RemoteFailure failure = slow.failure();

            assertThat(failure.is(FailureCode.SLOW_CONSUMER))
                    .as(failure.toString())
                    .isTrue();
            assertThat(failure.status()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(failure.metadata()).containsEntry("outbox_messages", "4");
        }
    }
}
