package io.speckv.kit.balance;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls that run on one member of a pool. A call that the member refused or broke counts for one more second. Otherwise
 * a member that refuses at once would have the fewest calls, and would attract all others. Thread-safe.
 */
final class MemberLoad {
    private static final Set<Status.Code> REFUSED = EnumSet.of(
            Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED, Status.Code.INTERNAL, Status.Code.UNKNOWN);
    private static final long REFUSED_COUNTS_MILLIS = 1000;
    private static final ClientStreamTracer NOTHING = new ClientStreamTracer() {};

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ScheduledExecutorService timer;

    MemberLoad(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    int calls() {
        return calls.get();
    }

    /** Returns how many of the counted calls the member refused or broke. */
    int refused() {
        return refused.get();
    }

    private void forget() {
        refused.decrementAndGet();
        calls.decrementAndGet();
    }

    /** Returns a tracer that counts a call from its beginning to its end, in addition to the tracer {@code also}. */
    ClientStreamTracer.Factory counting(ClientStreamTracer.@Nullable Factory also) {
        return new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new Counting(also == null ? NOTHING : also.newClientStreamTracer(info, headers));
            }
        };
    }

    private final class Counting extends ForwardingClientStreamTracer {
        private final ClientStreamTracer also;
        private volatile boolean answered;

        Counting(ClientStreamTracer also) {
            this.also = also;
        }

        @Override
        protected ClientStreamTracer delegate() {
            return also;
        }

        @Override
        public void streamCreated(Attributes transport, Metadata headers) {
            calls.incrementAndGet();
            super.streamCreated(transport, headers);
        }

        @Override
        public void inboundMessage(int number) {
            answered = true;
            super.inboundMessage(number);
        }

        @Override
        public void streamClosed(Status status) {
            // If a call was given up without an answer, the member may be silent.
            boolean givenUp = status.getCode() == Status.Code.CANCELLED && !answered;
            if (givenUp || REFUSED.contains(status.getCode())) {
                refused.incrementAndGet();
                var unused = timer.schedule(MemberLoad.this::forget, REFUSED_COUNTS_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                calls.decrementAndGet();
            }
            super.streamClosed(status);
        }
    }
}
