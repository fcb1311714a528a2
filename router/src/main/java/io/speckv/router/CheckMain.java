package io.speckv.router;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.engineclient.EngineClient;
import io.speckv.engineclient.EngineConnection;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.server.ConnectionFault;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.settings.SettingsException;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running router for a few tokens: by gRPC and, where an HTTP address is given, by HTTP as well. The exit status is 0 if
 * every answer comes. {@code helm test} runs it after an installation.
 */
public final class CheckMain {
    private static final int TOKENS = 4;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);

    private CheckMain() {}

    /**
     * How the router is reached.
     *
     * @param http such as {@code http://router:8080}. With https its certificate must come from the channel's authorities. Null
     *     asks by gRPC alone
     * @param patience longest wait for an answer
     */
    record Way(
            ChannelSettings channel,
            @JsonProperty("http") @Nullable URI http,
            Duration patience) {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    /** Returns the exit status. */
    static int run(List<String> arguments, PrintStream out, PrintStream err) throws InterruptedException {
        try {
            Way way = SettingsLoader.withDefaults(Way.class, "check.yaml")
                    .load(null, Map.of(), arguments)
                    .value();
            out.println("gRPC " + way.channel().target() + ": " + grpc(way));
            if (way.http() != null) {
                out.println("HTTP " + way.http() + ": " + http(way, way.http()));
            }
            return 0;
        } catch (SettingsException | IOException e) {
            err.println(e.getMessage());
        }
        return 1;
    }

    private static String grpc(Way way) throws IOException, InterruptedException {
        try (ServiceChannel channel = ServiceChannel.open(way.channel(), Map.of(), List.of())) {
            return firstAnswer(channel, System.nanoTime() + way.patience().toNanos()) + " tokens";
        } catch (StatusRuntimeException e) {
            throw new IOException("gRPC " + way.channel().target() + ": " + told(e), e);
        }
    }

    /**
     * Asks until a router answers or refuses: right after an installation nobody may be there yet. A call that waited for a
     * connection by itself would end without the reason why there is none.
     */
    private static int firstAnswer(ServiceChannel channel, long end) throws InterruptedException {
        StatusRuntimeException unreached = null;
        while (true) {
            try {
                return ask(channel, end - System.nanoTime());
            } catch (StatusRuntimeException e) {
                if (RemoteFailure.of(e).isPresent() || !isOfNobody(e)) {
                    throw e;
                }
                // A call whose time is up does not know why the calls before it failed.
                boolean late = e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
                unreached = late && unreached != null ? unreached : e;
            }
            if (end - System.nanoTime() <= BETWEEN_ATTEMPTS.toNanos()) {
                throw unreached;
            }
            Thread.sleep(BETWEEN_ATTEMPTS.toMillis());
        }
    }

    private static boolean isOfNobody(StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        return code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED;
    }

    /** Returns how many tokens the answer has. */
    private static int ask(ServiceChannel channel, long nanos) {
        GenerateOnceResponse answer = InferenceServiceGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(nanos, TimeUnit.NANOSECONDS)
                .generateOnce(GenerateOnceRequest.newBuilder()
                        .setRequest(GenerateRequest.newBuilder()
                                .setPrompt(Prompt.newBuilder().setText("Hello, who are you?"))
                                .setSampling(SamplingSettings.newBuilder()
                                        .setMaxNewTokens(TOKENS)
                                        .setIgnoreEos(true)))
                        .build());
        return answer.getAnswer().getTokenIdsCount();
    }

    /** Returns what the router says, or else why it says nothing. */
    private static String told(StatusRuntimeException failure) {
        return RemoteFailure.of(failure)
                .map(says -> "%s (%s): %s".formatted(says.status(), says.reason(), says.message()))
                .orElseGet(() -> {
                    ConnectionFault fault = ConnectionFault.of(failure);
                    return "%s: %s (%s)".formatted(failure.getStatus().getCode(), fault.message(), fault.detail());
                });
    }

    /** Asks over HTTP/1.1, as other engines are asked, and trusts the authorities of one settings block alone. */
    private static String http(Way way, URI address) throws IOException, InterruptedException {
        EngineClient client;
        try {
            client = new EngineClient(
                    new EngineConnection(address, null, way.channel().tls().trustedCertificates(), way.patience()));
        } catch (IllegalArgumentException e) {
            throw new IOException("http: " + e.getMessage(), e);
        }
        EngineReply reply;
        try {
            reply = client.get("/health", way.patience()).get();
        } catch (ExecutionException e) {
            throw new IOException("HTTP " + address + ": " + Objects.requireNonNull(e.getCause()), e);
        }
        if (!reply.isOk()) {
            throw new IOException("HTTP %s: status %d: %s".formatted(address, reply.status(), reply.body()));
        }
        return Integer.toString(reply.status());
    }
}
