package io.speckv.kit.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
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
}
