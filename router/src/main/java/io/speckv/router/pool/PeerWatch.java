package io.speckv.router.pool;

import io.grpc.ConnectivityState;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.server.ConnectionFault;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one pool: asks what it serves, knows whether it can be asked now, and reconnects at once when it is back. Logs once
 * per cause why it cannot be reached. Confined to its timer, except for {@link #isReachable}, {@link #isSilent} and
 * {@link #why}.
 *
 * @param <T> a pool's description of itself
 */
final class PeerWatch<T> {
    private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);
    private static final AttributeKey<String> PEER = AttributeKey.stringKey("speckv.peer");
    private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("speckv.cause");
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** After so long a silence a connected pool counts as unreachable. */
    private static final Duration SILENT = Duration.ofSeconds(10);

    private final String name;
    private final String model;
    private final ServiceChannel channel;
    private final Question<T> question;
    private final Duration every;
    private final Metrics metrics;
    private final ScheduledExecutorService timer;
    private Consumer<T> described = description -> {};
    private Runnable changed = () -> {};
    private boolean asking;
    private long asked;
    private volatile long answered;
    private volatile boolean everAnswered;
    private String trouble = "";
    private volatile String why = "";
    private volatile boolean reachable;
    private boolean renewing;
    private long renewingSince;

    /** Asks a pool what it serves. */
    interface Question<T> {
        void ask(Duration within, StreamObserver<T> answer);
    }

    /**
     * @param name of the pool, for logs and metrics: target or draft
     * @param model that the pool is of, for logs; empty where there is only one
     * @param timer on which everything here happens
     */
    PeerWatch(
            String name,
            String model,
            ServiceChannel channel,
            Question<T> question,
            Duration every,
            Metrics metrics,
            ScheduledExecutorService timer) {
        this.name = name;
        this.model = model;
        this.channel = channel;
        this.question = question;
        this.every = every;
        this.metrics = metrics;
        this.timer = timer;
    }

    /** Begins; {@code news} gets every description, {@code change} runs when {@link #isReachable} changes. */
    void start(Consumer<T> news, Runnable change) {
        described = news;
        changed = change;
        // A rate over time needs a value before the first fault.
        ConnectionFault.KINDS.forEach(kind -> count(kind, 0));
        channel.onStateChange(() -> later(this::look));
        long period = Math.min(every.toMillis(), LOOK.toMillis());
        var unused = timer.scheduleWithFixedDelay(this::look, 0, period, TimeUnit.MILLISECONDS);
    }

    private void later(Runnable work) {
        try {
            timer.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed"); // a connection ends when the router does
        }
    }

    /** Returns whether the pool is connected and a member answered lately. */
    boolean isReachable() {
        return reachable;
    }

    /**
     * Returns why the pool cannot be reached, as far as is known, in words that name no address; empty if it can be, or nothing
     * was heard yet.
     */
    String why() {
        return why;
    }

    /** Returns whether the pool answered before, but left the last few questions unanswered. */
    boolean isSilent() {
        return everAnswered && System.nanoTime() - answered >= silence();
    }

    private long silence() {
        return Math.max(SILENT.toNanos(), 3 * every.toNanos());
    }

    private void look() {
        ConnectivityState state = channel.state();
        if (state == ConnectivityState.TRANSIENT_FAILURE) {
            channel.reconnect();
        }
        long now = System.nanoTime();
        boolean due = !everAnswered || !reachable || now - asked >= every.toNanos();
        if (due && !asking) {
            asking = true;
            asked = now;
            question.ask(every.compareTo(LOOK) < 0 ? LOOK : every, new Answer());
        }
        judge(state);
    }

    private void judge(ConnectivityState state) {
        boolean now = isConnected(state) && everAnswered && !isSilent();
        if (now != reachable) {
            reachable = now;
            if (now) {
                trouble = "";
                why = "";
                LOG.atInfo()
                        .addKeyValue("model", model)
                        .addKeyValue("peer", name)
                        .addKeyValue("address", channel.address())
                        .log("reached");
            } else if (why.isEmpty() || isSilent()) {
                complain(
                        state == ConnectivityState.READY
                                ? new ConnectionFault(
                                        "timeout", "it is connected and answers nothing", "silent, " + state)
                                : new ConnectionFault(
                                        "closed", "the connection ended, or its health says no", state.toString()));
            }
            changed.run();
        }
    }

    /** A connection that has reached its greatest age is renewed at once, and calls wait for the new one. */
    private boolean isConnected(ConnectivityState state) {
        boolean begins = state == ConnectivityState.IDLE || state == ConnectivityState.CONNECTING;
        long now = System.nanoTime();
        renewingSince = renewing ? renewingSince : now;
        renewing = begins && reachable;
        return state == ConnectivityState.READY || (renewing && now - renewingSince < LOOK.toNanos());
    }

    private void complain(ConnectionFault fault) {
        why = fault.message();
        // A time limit tells in its detail how long it was this time.
        String cause = fault.kind().equals("timeout") ? fault.message() : fault.detail();
        if (!cause.equals(trouble)) {
            trouble = cause;
            LOG.atWarn()
                    .addKeyValue("model", model)
                    .addKeyValue("peer", name)
                    .addKeyValue("address", channel.address())
                    .addKeyValue("why", fault.message())
                    .addKeyValue("kind", fault.kind())
                    .addKeyValue("cause", fault.detail())
                    .log("cannot be reached");
            count(fault.kind(), 1);
        }
    }

    private void count(String cause, int times) {
        metrics.add(Metric.PEER_UNREACHABLE, times, Attributes.of(PEER, name, CAUSE, cause));
    }

    private final class Answer implements StreamObserver<T> {
        private @Nullable T description;

        @Override
        public void onNext(T message) {
            description = message;
        }

        @Override
        public void onError(Throwable failure) {
            later(() -> {
                asking = false;
                if (Status.fromThrowable(failure).getCode() != Status.Code.CANCELLED) {
                    complain(ConnectionFault.of(failure));
                }
                judge(channel.state());
            });
        }

        @Override
        public void onCompleted() {
            later(() -> {
                asking = false;
                T message = description;
                if (message != null) {
                    answered = System.nanoTime();
                    everAnswered = true;
                    why = "";
                    described.accept(message);
                }
                judge(channel.state());
            });
        }
    }
}
