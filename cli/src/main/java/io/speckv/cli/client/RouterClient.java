package io.speckv.cli.client;

import io.grpc.StatusRuntimeException;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** The public API over a channel. Every call throws {@link RouterException} when it fails. */
public final class RouterClient implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final String router;
    private final ServiceChannel channel;
    private final Duration timeLimit;

    private RouterClient(String router, ServiceChannel channel, Duration timeLimit) {
        this.router = router;
        this.channel = channel;
        this.timeLimit = timeLimit;
    }

    /**
     * Returns a client; it connects at the first call.
     *
     * @param timeLimit of every call
     */
    public static RouterClient open(ChannelSettings settings, Duration timeLimit) {
        return new RouterClient(settings.target(), ServiceChannel.open(settings, Map.of(), List.of()), timeLimit);
    }

    /** Passes on the messages of an answer as they come. */
    public void generate(GenerateRequest request, Consumer<GenerateResponse> receiver) {
        call(stub -> {
            Iterator<GenerateResponse> messages = stub.generate(request);
            messages.forEachRemaining(receiver);
            return request;
        });
    }

    public GenerateOnceResponse generateOnce(GenerateRequest request) {
        return call(stub -> stub.generateOnce(
                GenerateOnceRequest.newBuilder().setRequest(request).build()));
    }

    public ExplainResponse explain(ExplainRequest request) {
        return call(stub -> stub.explain(request));
    }

    public TokenizeResponse tokenize(TokenizeRequest request) {
        return call(stub -> stub.tokenize(request));
    }

    /**
     * Returns what the router serves.
     *
     * @param model whose methods are listed; empty for the default one
     */
    public DescribeResponse describe(String model) {
        return call(stub ->
                stub.describe(DescribeRequest.newBuilder().setModel(model).build()));
    }

    /**
     * Waits until the router has found a target and a draft. After {@code patience} a target alone is enough.
     *
     * @throws RouterException with the router's last answer, if it has no target after {@code patience}
     */
    public void awaitPair(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            boolean late = System.nanoTime() > end;
            try {
                DescribeResponse served = describe("");
                boolean answers = served.getTargetsCount() > 0;
                if (answers && (late || served.getDraftsCount() > 0)) {
                    return;
                }
                if (late) {
                    throw RouterException.withoutTarget(served);
                }
            } catch (RouterException e) {
                if (late || e.exitStatus() != ExitStatus.UNAVAILABLE) {
                    throw e;
                }
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
    }

    private <A> A call(Function<InferenceServiceBlockingStub, A> call) {
        try {
            return call.apply(InferenceServiceGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(timeLimit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (StatusRuntimeException e) {
            throw RouterException.of(router, timeLimit, e);
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
