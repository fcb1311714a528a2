package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process behind its {@link ServerDoors}: who comes in by which, with what, and what each of them refuses. */
class GrpcProcessTest {
    private static final String SERVICE = InferenceServiceGrpc.SERVICE_NAME;

    @TempDir
    Path directory = Path.of("");

    private static ServingStatus health(Channel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static InferenceServiceGrpc.InferenceServiceBlockingStub stub(Channel channel) {
        return InferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static LoopbackServer loading(String... flags) throws IOException {
        return LoopbackServer.loading(ScriptedInference.answering(), List.of(), FailureClassifier.NONE, flags);
    }

    @Test
    void takesNoRequestsUntilTheModelIsWarm() throws Exception {
        try (LoopbackServer server = loading()) {
            Channel channel = server.channel().channel();
            assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(health(channel, SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
            Throwable early = catchThrowable(() -> stub(channel).describe(DescribeRequest.getDefaultInstance()));
            assertThat(RemoteFailure.of(early).orElseThrow().is(FailureCode.LOADING))
                    .isTrue();
            assertThat(RemoteFailure.of(early).orElseThrow().retryAfter()).isPresent();

            server.process().serving();

            assertThat(health(channel, "")).isEqualTo(ServingStatus.SERVING);
            assertThat(health(channel, SERVICE)).isEqualTo(ServingStatus.SERVING);
            assertThat(stub(channel)
                            .describe(DescribeRequest.getDefaultInstance())
                            .getVersion())
                    .isEqualTo("test");
        }
    }

    @Test
    void tellsItsServicesByReflection() throws Exception {
        try (LoopbackServer server = loading()) {
            CompletableFuture<List<String>> services = new CompletableFuture<>();
            StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(
                            server.channel().channel())
                    .serverReflectionInfo(new StreamObserver<>() {
                        @Override
                        public void onNext(ServerReflectionResponse answer) {
                            services.complete(answer.getListServicesResponse().getServiceList().stream()
                                    .map(ServiceResponse::getName)
                                    .toList());
                        }

                        @Override
                        public void onError(Throwable t) {
                            services.completeExceptionally(t);
                        }

                        @Override
                        public void onCompleted() {}
                    });
            ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

            assertThat(services.get(10, TimeUnit.SECONDS)).contains(SERVICE, HealthGrpc.SERVICE_NAME);
            ask.onCompleted();
        }
    }

    @Test
    void answersProbesOnAnAdminPortOfItsOwn() throws Exception {
        try (LoopbackServer server = loading("--server.admin-port=0");
                ServiceChannel admin = LoopbackServer.open(server.process().adminPort(), LoopbackServer.NO_TLS, null)) {
            assertThat(health(admin.channel(), "")).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(ChannelzGrpc.newBlockingStub(admin.channel())
                            .getServers(GetServersRequest.getDefaultInstance())
                            .getServerCount())
                    .isGreaterThanOrEqualTo(2);
            assertThatThrownBy(() -> stub(admin.channel()).describe(DescribeRequest.getDefaultInstance()))
                    .hasMessageContaining("UNIMPLEMENTED");
        }
        try (LoopbackServer server = loading("--server.admin-port=0", "--server.admin-address=0.0.0.0");
                ServiceChannel admin = LoopbackServer.open(server.process().adminPort(), LoopbackServer.NO_TLS, null)) {
            assertThat(health(admin.channel(), "")).isEqualTo(ServingStatus.NOT_SERVING);
            assertThatThrownBy(() -> ChannelzGrpc.newBlockingStub(admin.channel())
                            .getServers(GetServersRequest.getDefaultInstance()))
                    .hasMessageContaining("UNIMPLEMENTED");
        }
    }

    @Test
    void refusesMessagesOverTheLimitAndLivesOn() throws Exception {
        try (LoopbackServer server =
                LoopbackServer.serving(ScriptedInference.answering(), "--server.connections.max-message=1KiB")) {
            Channel channel = server.channel().channel();
            Throwable thrown = catchThrowable(() -> drain(stub(channel).generate(prompt(1 << 20))));
            assertThat(Status.fromThrowable(thrown).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(drain(stub(channel).generate(prompt(500)))).isEqualTo(1);
        }
    }

    private static GenerateRequest prompt(int bytes) {
        return GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder().setTextBytes(ByteString.copyFromUtf8("x".repeat(bytes))))
                .build();
    }

    private static int drain(Iterator<GenerateResponse> answers) {
        int count = 0;
        while (answers.hasNext()) {
            answers.next();
            count++;
        }
        return count;
    }

    @Test
    void letsOnlyAcceptedTokensPassAndTakesUpANewFile() throws Exception {
        Path tokens = Files.writeString(directory.resolve("tokens"), "# two\n0123456789abcdef\nfedcba9876543210\n");
        Path mine = Files.writeString(directory.resolve("mine"), "fedcba9876543210\n");
        try (LoopbackServer server = LoopbackServer.serving(
                ScriptedInference.answering(), "--server.tokens-file=" + tokens, "--server.tls.reload-every=1s")) {
            Channel with = server.channel(LoopbackServer.NO_TLS, mine).channel();
            Channel without = server.channel().channel();
            assertThat(stub(with).describe(DescribeRequest.getDefaultInstance()).getVersion())
                    .isEqualTo("test");
            assertThat(reason(without)).isEqualTo("TOKEN_MISSING");
            assertThat(health(without, "")).isEqualTo(ServingStatus.SERVING);
            Files.writeString(mine, "wrong-wrong-wrong");
            assertThat(reason(with)).isEqualTo("TOKEN_REJECTED");

            Files.writeString(tokens, "short");
            Thread.sleep(1300);
            Files.writeString(mine, "0123456789abcdef");
            assertThat(stub(with).describe(DescribeRequest.getDefaultInstance()).getVersion())
                    .isEqualTo("test");
            Files.writeString(tokens, "wrong-wrong-wrong");
            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (reason(with).isEmpty() && System.nanoTime() < until) {
                Thread.sleep(100);
            }
            assertThat(reason(with)).isEqualTo("TOKEN_REJECTED");
        }
    }

    private static String reason(Channel channel) {
        try {
            stub(channel).describe(DescribeRequest.getDefaultInstance());
            return "";
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            return RemoteFailure.of(e).orElseThrow().reason();
        }
    }

    @Test
    void namesTheAddressThatIsTaken() throws Exception {
        try (LoopbackServer server = loading()) {
            String port = "--server.port=" + server.process().port();
            assertThatThrownBy(() -> loading(port).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "cannot listen on 127.0.0.1:" + server.process().port());
        }
    }
}
