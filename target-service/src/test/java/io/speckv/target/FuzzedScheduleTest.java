package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joins, cancels, deadlines, slow readers and bad requests in any order leave nothing taken and no answer changed. */
class FuzzedScheduleTest {
    private static final int REQUESTS = 40;
    private static final int STEPS = 120;

    private record Running(RandomRequest request, int index, TargetCall call, Fate fate) {}

    private enum Fate {
        SURVIVES,
        READS_SLOWLY,
        CANCELLED,
        TIMES_OUT,
        INVALID_LATER
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void leavesNothingTakenAndEveryAnswerRight(long seed) {
        RandomRequest[] requests = RandomRequest.many(1000 * seed, REQUESTS);
        try (LoopbackTarget target =
                LoopbackTarget.start("qwen3-target", "--queue.requests=500", "--streams.outbox-messages=2")) {
            List<int[]> alone = new ArrayList<>();
            for (RandomRequest request : requests) {
                alone.add(request.answer(target));
            }
            int scopes = target.server().nativeScopes();
            Random random = new Random(seed);
            List<Running> running = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                running.add(open(target, requests, random));
                if (random.nextInt(4) == 0) {
                    disturb(running.get(random.nextInt(running.size())), random);
                }
                LockSupport.parkNanos(random.nextInt(3_000_000));
            }
            running.forEach(one -> disturb(one, random));
            running.forEach(one -> check(one, alone));

            LoopbackTarget.await(() -> target.server().openCalls() == 0, "calls are open");
            target.awaitIdle();
            assertThat(target.server().nativeScopes()).isEqualTo(scopes);
            for (int i = 0; i < REQUESTS; i += 7) {
                assertThat(requests[i].answer(target)).isEqualTo(alone.get(i));
            }
        }
    }

    private static Running open(LoopbackTarget target, RandomRequest[] requests, Random random) {
        int index = random.nextInt(requests.length);
        RandomRequest request = requests[index];
        Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
        TargetCall call = switch (fate) {
            case READS_SLOWLY -> request.open(target, () -> {}, TargetCall.Reading.ON_DEMAND, 600);
            case TIMES_OUT -> request.open(target, () -> {}, TargetCall.Reading.AT_ONCE, random.nextInt(40) / 1000.);
            case INVALID_LATER -> request.open(target, () -> {}).lookahead(LoopbackTarget.lookahead(999, true, 1));
            case SURVIVES, CANCELLED -> request.open(target, () -> {});
        };
        if (fate != Fate.INVALID_LATER && fate != Fate.CANCELLED && fate != Fate.TIMES_OUT) {
            call.halfClose();
        }
        return new Running(request, index, call, fate);
    }

    /** Lets a call's fate come; again does no harm. */
    private static void disturb(Running one, Random random) {
        switch (one.fate) {
            case READS_SLOWLY -> one.call.read(random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(3));
            case CANCELLED -> one.call.cancel();
            case SURVIVES, TIMES_OUT, INVALID_LATER -> {}
        }
    }

    private static void check(Running one, List<int[]> alone) {
        switch (one.fate) {
            case SURVIVES, READS_SLOWLY -> {
                if (one.fate == Fate.READS_SLOWLY) {
                    one.call.read(Integer.MAX_VALUE);
                }
                assertThat(one.call.result().tokens())
                        .as(one.request.toString())
                        .isEqualTo(alone.get(one.index));
            }
            case CANCELLED, TIMES_OUT, INVALID_LATER -> {
                // Some answers are quicker than what was to befall them.
                if (one.call.failed()) {
                    assertThat(Status.fromThrowable(one.call.thrown()).getCode())
                            .isIn(Status.Code.CANCELLED, Status.Code.DEADLINE_EXCEEDED, Status.Code.INVALID_ARGUMENT);
                } else {
                    assertThat(one.call.result().tokens()).isEqualTo(alone.get(one.index));
                }
            }
        }
    }
}
