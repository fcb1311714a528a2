package io.speckv.kit.server;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Whether a process takes requests. It sets what health reports, and answers calls that arrive nevertheless. */
final class Readiness implements ServerInterceptor {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private enum State {
        LOADING,
        OPEN,
        DRAINING
    }

    private final HealthStatusManager health = new HealthStatusManager();
    private final List<String> services;
    private final AtomicReference<State> state = new AtomicReference<>(State.LOADING);
    private boolean healthy;

    /** Starts as not serving. */
    Readiness(List<String> services) {
        this.services = services;
        report(ServingStatus.NOT_SERVING);
    }

    BindableService healthService() {
        return health.getHealthService();
    }

    /** Takes requests from now on. They fail if something they need is missing. Only {@link #serving} changes health. */
    void open() {
        state.compareAndSet(State.LOADING, State.OPEN);
    }

    /**
     * Takes requests from now on and reports it in health. Returns whether health changed. After {@link #refuse} this does
     * nothing.
     */
    synchronized boolean serving() {
        open();
        boolean begins = !healthy && state.get() == State.OPEN;
        if (begins) {
            healthy = true;
            report(ServingStatus.SERVING);
        }
        return begins;
    }

    /**
     * Reports "not serving" until {@link #serving} is called again. Requests are still taken, and fail if something they
     * need is missing. Returns whether health changed.
     */
    synchronized boolean pause() {
        boolean ends = healthy;
        if (ends) {
            healthy = false;
            report(ServingStatus.NOT_SERVING);
        }
        return ends;
    }

    /** Reports "not serving" for good, but still takes requests. */
    void notServing() {
        health.enterTerminalState();
    }

    /** Refuses requests from now on. */
    void refuse() {
        state.set(State.DRAINING);
    }

    private void report(ServingStatus status) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        services.forEach(service -> health.setStatus(service, status));
    }

    /** Must stand outside the failure interceptor, which maps the exceptions thrown here. */
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        switch (state.get()) {
            case LOADING ->
                throw RequestException.of(FailureCode.LOADING, "the model is not loaded yet")
                        .retryAfter(TRY_AGAIN);
            case DRAINING ->
                throw RequestException.of(FailureCode.DRAINING, "the server is about to stop")
                        .retryAfter(TRY_AGAIN);
            case OPEN -> {
                return next.startCall(call, headers);
            }
        }
        throw new AssertionError(state);
    }
}
