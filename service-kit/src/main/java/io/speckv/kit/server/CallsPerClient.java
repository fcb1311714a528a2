package io.speckv.kit.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the calls that one client has in progress, and refuses more with QUEUE_FULL, so that no client takes every place. A
 * client is identified by its bearer token if calls carry a checked one, or else by its address. So all clients behind one
 * proxy count as one. Must stand inside the failure interceptor, which maps the exceptions of this class. Thread-safe.
 */
public final class CallsPerClient implements ServerInterceptor {
    /** The address of an HTTP client, set by a gateway in this process. It is ignored in calls from anywhere else. */
    public static final Metadata.Key<String> HTTP_CLIENT =
            Metadata.Key.of("speckv-http-client", Metadata.ASCII_STRING_MARSHALLER);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int most;
    private final boolean tokensAreChecked;
    private final ConcurrentHashMap<String, Integer> inProgress = new ConcurrentHashMap<>();

    /**
     * Creates the interceptor.
     *
     * @param most calls of one client, at least 1
     * @param tokensAreChecked whether a bearer token that gets here has been accepted
     */
    CallsPerClient(int most, boolean tokensAreChecked) {
        this.most = most;
        this.tokensAreChecked = tokensAreChecked;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String client = client(call, headers);
        if (!enter(client)) {
            throw RequestException.of(
                            FailureCode.QUEUE_FULL,
                            "this client has %d calls in progress, the limit is server.connections.max-calls-per-client"
                                    .formatted(most))
                    .retryAfter(RETRY_AFTER);
        }
        try {
            return new Leaving<>(next.startCall(call, headers), () -> leave(client));
        } catch (RuntimeException e) {
            leave(client);
            throw e;
        }
    }

    private String client(ServerCall<?, ?> call, Metadata headers) {
        Optional<String> token = tokensAreChecked ? BearerTokens.shownIn(headers) : Optional.empty();
        if (token.isPresent()) {
            return token.get();
        }
        SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (address instanceof InetSocketAddress remote) {
            return remote.getAddress().getHostAddress();
        }
        String http = headers.get(HTTP_CLIENT);
        return http == null ? String.valueOf(address) : http;
    }

    private boolean enter(String client) {
        boolean[] entered = {false};
        inProgress.compute(client, (name, count) -> {
            int now = count == null ? 0 : count;
            entered[0] = now < most;
            return entered[0] ? Integer.valueOf(now + 1) : count;
        });
        return entered[0];
    }

    private void leave(String client) {
        inProgress.computeIfPresent(client, (name, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Returns how many clients have a call in progress. */
    int clients() {
        return inProgress.size();
    }

    /** Gives the place back when the call ends. gRPC reports the end exactly once, in one of two ways. */
    private static final class Leaving<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Runnable leave;

        Leaving(ServerCall.Listener<Q> delegate, Runnable leave) {
            super(delegate);
            this.leave = leave;
        }

        @Override
        public void onCancel() {
            leave.run();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            leave.run();
            super.onComplete();
        }
    }
}
