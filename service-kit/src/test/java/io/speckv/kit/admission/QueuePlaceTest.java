package io.speckv.kit.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueuePlaceTest {
    private final Admission admission = new Admission(new AdmissionLimits(1, 4, 1000));
    private final List<String> admitted = new ArrayList<>();

    private QueuePlace enter(String name) {
        QueuePlace place = new QueuePlace();
        place.enter(admission, 10, () -> admitted.add(name));
        return place;
    }

    @Test
    void whoLeavesLetsTheNextOneRunOnceHoweverOftenItLeaves() {
        QueuePlace first = enter("first");
        QueuePlace second = enter("second");
        enter("third");

        first.leave();
        first.leave();

        assertThat(admitted).containsExactly("first", "second");
        second.leave();
        assertThat(admitted).containsExactly("first", "second", "third");
        assertThat(admission.running()).isOne();
    }

    @Test
    void whoWithdrawsWhileItWaitsNeverRuns() {
        QueuePlace first = enter("first");
        QueuePlace second = enter("second");

        second.withdraw();

        assertThat(admission.queued()).isZero();
        first.leave();
        assertThat(admitted).containsExactly("first");
        assertThat(admission.running()).isZero();
    }

    @Test
    void whoWithdrawsWhileItRunsHoldsItsPlaceUntilItLeaves() {
        QueuePlace first = enter("first");

        first.withdraw();

        assertThat(admission.running()).isOne();
        first.leave();
        assertThat(admission.running()).isZero();
    }

    @Test
    void whoWasGivenUpBeforeItEntersHoldsNothing() {
        QueuePlace running = enter("running");
        QueuePlace gone = new QueuePlace();
        gone.leave();

        gone.enter(admission, 10, () -> admitted.add("gone"));
        assertThat(admission.queued()).isZero();
        running.leave();
        gone.enter(admission, 10, () -> admitted.add("gone"));

        assertThat(admission.running()).isZero();
        assertThat(admitted).containsExactly("running");
    }

    /** Each lets the next one run while it is told that it may: a queue of any length must not become a stack of that depth. */
    @Test
    void allWhoWaitMayFailAtOnceWhenTheirTurnComes() {
        int many = 20_000;
        Admission large = new Admission(new AdmissionLimits(1, many, Long.MAX_VALUE));
        QueuePlace first = new QueuePlace();
        first.enter(large, 1, () -> {});
        AtomicInteger failed = new AtomicInteger();
        for (int i = 0; i < many; i++) {
            QueuePlace place = new QueuePlace();
            place.enter(large, 1, () -> {
                failed.incrementAndGet();
                place.leave();
            });
        }

        first.leave();

        assertThat(failed).hasValue(many);
        assertThat(large.queued()).isZero();
        assertThat(large.running()).isZero();
    }

    @Test
    void whoLeavesWhileItIsToldThatItMayRunLeavesNoPlaceEmpty() {
        Admission two = new Admission(new AdmissionLimits(2, 10, 1000));
        QueuePlace first = new QueuePlace();
        first.enter(two, 1, () -> {});
        QueuePlace second = new QueuePlace();
        second.enter(two, 1, () -> {});
        for (String name : List.of("third", "fourth", "fifth", "sixth")) {
            QueuePlace place = new QueuePlace();
            place.enter(two, 1, () -> {
                admitted.add(name);
                if (name.equals("third")) {
                    place.leave();
                    second.leave();
                }
            });
        }

        first.leave();

        assertThat(admitted).containsExactly("third", "fourth", "fifth");
        assertThat(two.running()).isEqualTo(2);
        assertThat(two.queued()).isOne();
    }
}
