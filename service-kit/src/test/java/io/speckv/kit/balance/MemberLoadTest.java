package io.speckv.kit.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemberLoadTest {
    private final Alarms alarms = new Alarms();
    private final MemberLoad load = new MemberLoad(alarms);

    /** A timer that runs out when a test says so. */
    private static final class Alarms extends ScheduledThreadPoolExecutor {
        private final List<Runnable> set = new ArrayList<>();
        private final List<Long> millis = new ArrayList<>();

        Alarms() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable alarm, long delay, TimeUnit unit) {
            set.add(alarm);
            millis.add(unit.toMillis(delay));
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        void runOut() {
            set.forEach(Runnable::run);
            set.clear();
        }
    }

    @AfterEach
    void stop() {
        alarms.shutdownNow();
    }

    private ClientStreamTracer begun() {
        ClientStreamTracer call = load.counting(null)
                .newClientStreamTracer(
                        ClientStreamTracer.StreamInfo.newBuilder().build(), new Metadata());
        call.streamCreated(Attributes.EMPTY, new Metadata());
        return call;
    }

    @Test
    void aCallCountsFromItsBeginningToItsEnd() {
        ClientStreamTracer one = begun();
        ClientStreamTracer other = begun();
        assertThat(load.calls()).isEqualTo(2);
        one.streamClosed(Status.OK);
        assertThat(load.calls()).isEqualTo(1);
        other.streamClosed(Status.OK);
        assertThat(load.calls()).isZero();
        assertThat(load.refused()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "INTERNAL", "UNKNOWN"})
    void aCallThatTheMemberRefusedCountsForOneMoreSecond(Status.Code code) {
        begun().streamClosed(code.toStatus());
        assertThat(load.calls()).isEqualTo(1);
        assertThat(load.refused()).isEqualTo(1);
        assertThat(alarms.millis).containsExactly(1000L);
        alarms.runOut();
        assertThat(load.calls()).isZero();
        assertThat(load.refused()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "INTERNAL", "UNKNOWN", "CANCELLED"},
            mode = EnumSource.Mode.EXCLUDE)
    void aCallThatTheClientGotWrongIsNoFaultOfTheMember(Status.Code code) {
        begun().streamClosed(code.toStatus());
        assertThat(load.calls()).isZero();
        assertThat(load.refused()).isZero();
        assertThat(alarms.set).isEmpty();
    }

    @Test
    void aCallGivenUpWithoutAnAnswerCountsAgainstTheMember() {
        begun().streamClosed(Status.CANCELLED);
        assertThat(load.refused()).isEqualTo(1);
        alarms.runOut();
        assertThat(load.calls()).isZero();
    }

    @Test
    void aCallGivenUpInTheMiddleOfItsAnswerDoesNot() {
        ClientStreamTracer call = begun();
        call.inboundMessage(0);
        call.streamClosed(Status.CANCELLED);
        assertThat(load.refused()).isZero();
        assertThat(load.calls()).isZero();
    }

    @Test
    void whatRunsAndWhatWasRefusedAddUp() {
        ClientStreamTracer running = begun();
        begun().streamClosed(Status.UNAVAILABLE);
        begun().streamClosed(Status.UNAVAILABLE);
        assertThat(load.calls()).isEqualTo(3);
        assertThat(load.refused()).isEqualTo(2);
        running.streamClosed(Status.OK);
        assertThat(load.calls()).isEqualTo(2);
        alarms.runOut();
        assertThat(load.calls()).isZero();
    }

    @Test
    void anotherTracerOfTheCallIsToldAllTheSame() {
        List<String> told = new ArrayList<>();
        ClientStreamTracer.Factory also = new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new ClientStreamTracer() {
                    @Override
                    public void streamCreated(Attributes transport, Metadata sent) {
                        told.add("created");
                    }

                    @Override
                    public void inboundMessage(int number) {
                        told.add("message " + number);
                    }

                    @Override
                    public void streamClosed(Status status) {
                        told.add("closed " + status.getCode());
                    }
                };
            }
        };
        ClientStreamTracer call = load.counting(also)
                .newClientStreamTracer(
                        ClientStreamTracer.StreamInfo.newBuilder().build(), new Metadata());
        call.streamCreated(Attributes.EMPTY, new Metadata());
        call.inboundMessage(0);
        call.streamClosed(Status.UNAVAILABLE);

        assertThat(told).containsExactly("created", "message 0", "closed UNAVAILABLE");
        assertThat(load.refused()).isEqualTo(1);
    }
}
