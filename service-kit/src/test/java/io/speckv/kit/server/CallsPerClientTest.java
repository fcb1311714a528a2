package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CallsPerClientTest {
    private static final String TWO = "--server.connections.max-calls-per-client=2";

    private final Queue<ServerCallStreamObserver<GenerateResponse>> open = new ConcurrentLinkedQueue<>();
    private final ScriptedInference answersTheBeginning = new ScriptedInference(observer -> {
        open.add(observer);
        observer.onNext(GenerateResponse.getDefaultInstance());
    });

    @Test
    void aClientHasSoManyCallsAndNoMoreUntilOneEnds() throws Exception {
        try (LoopbackServer server = LoopbackServer.serving(answersTheBeginning, TWO)) {
            InferenceServiceBlockingStub client = stub(server.channel().channel());
            begin(client);
            Iterator<GenerateResponse> second = begin(client);

            RemoteFailure refused = refusal(client);
            assertThat(refused.is(FailureCode.QUEUE_FULL)).isTrue();
            assertThat(refused.message()).contains("2 calls", "max-calls-per-client");
            assertThat(refused.retryAfter()).isPresent();

            open.remove().onCompleted();
            open.remove().onCompleted();
            assertThat(second.hasNext()).isFalse();
            isServedSoon(client);
        }
    }

    @Test
    void connectionsOfOneAddressAreOneClient() throws Exception {
        try (LoopbackServer server = LoopbackServer.serving(answersTheBeginning, TWO)) {
            begin(stub(server.channel().channel()));
            begin(stub(server.channel().channel()));
            assertThat(refusal(stub(server.channel().channel())).is(FailureCode.QUEUE_FULL))
                    .isTrue();
        }
    }

    @Test
    void aClientThatGoesAwayGivesItsPlacesBack() throws Exception {
        try (LoopbackServer server = LoopbackServer.serving(answersTheBeginning, TWO)) {
            try (ServiceChannel leaving = LoopbackServer.open(server.process().port(), LoopbackServer.NO_TLS, null)) {
                begin(stub(leaving.channel()));
                begin(stub(leaving.channel()));
            }
            InferenceServiceBlockingStub other = stub(server.channel().channel());
            isServedSoon(other);
        }
    }

    @Test
    void tokensTellClientsOfOneAddressApart(@TempDir Path folder) throws Exception {
        Path first = Files.writeString(folder.resolve("first"), "first-client-token");
        Path second = Files.writeString(folder.resolve("second"), "second-client-token");
        Path tokens = Files.write(folder.resolve("tokens"), List.of("first-client-token", "second-client-token"));
        try (LoopbackServer server =
                LoopbackServer.serving(answersTheBeginning, TWO, "--server.tokens-file=" + tokens)) {
            InferenceServiceBlockingStub one =
                    stub(server.channel(LoopbackServer.NO_TLS, first).channel());
            begin(one);
            begin(one);
            assertThat(refusal(one).is(FailureCode.QUEUE_FULL)).isTrue();
            Metadata spelled = new Metadata();
            spelled.put(BearerTokens.AUTHORIZATION, "BEARER  first-client-token");
            InferenceServiceBlockingStub other = stub(server.channel().channel())
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(spelled));
            assertThat(refusal(other).is(FailureCode.QUEUE_FULL))
                    .as("however the header is written, it is one token")
                    .isTrue();
            assertThat(describes(
                            stub(server.channel(LoopbackServer.NO_TLS, second).channel())))
                    .isTrue();
        }
    }

    @Test
    void aGatewayTellsItsClientsApartAndNobodyElseCan() throws Exception {
        try (LoopbackServer server = LoopbackServer.serving(answersTheBeginning, TWO)) {
            Channel gateway = server.process().insideChannel();
            begin(named(stub(gateway), "192.0.2.1"));
            begin(named(stub(gateway), "192.0.2.1"));
            assertThat(refusal(named(stub(gateway), "192.0.2.1")).is(FailureCode.QUEUE_FULL))
                    .isTrue();
            assertThat(describes(named(stub(gateway), "192.0.2.2"))).isTrue();

            InferenceServiceBlockingStub outside = stub(server.channel().channel());
            begin(named(outside, "192.0.2.3"));
            begin(named(outside, "192.0.2.4"));
            assertThat(refusal(named(outside, "192.0.2.5")).is(FailureCode.QUEUE_FULL))
                    .isTrue();
            open.forEach(call -> call.onCompleted());
        }
    }

    private static InferenceServiceBlockingStub stub(Channel channel) {
        return InferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static InferenceServiceBlockingStub named(InferenceServiceBlockingStub stub, String client) {
        Metadata headers = new Metadata();
        headers.put(CallsPerClient.HTTP_CLIENT, client);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** Begins an answer that does not end by itself. */
    private static Iterator<GenerateResponse> begin(InferenceServiceBlockingStub stub) {
        Iterator<GenerateResponse> answer = stub.generate(GenerateRequest.getDefaultInstance());
        assertThat(answer.next()).isEqualTo(GenerateResponse.getDefaultInstance());
        return answer;
    }

    private static boolean describes(InferenceServiceBlockingStub stub) {
        return stub.describe(DescribeRequest.getDefaultInstance()).isInitialized();
    }

    /** The server learns of a call's end a moment after its client does. */
    private static void isServedSoon(InferenceServiceBlockingStub stub) throws InterruptedException {
        while (true) {
            try {
                describes(stub);
                return;
            } catch (StatusRuntimeException e) {
                // At the stub's deadline this is another failure, and the test ends.
                assertThat(RemoteFailure.of(e).orElseThrow().is(FailureCode.QUEUE_FULL))
                        .isTrue();
                Thread.sleep(10);
            }
        }
    }

    private static RemoteFailure refusal(InferenceServiceBlockingStub stub) {
        Throwable thrown = catchThrowable(() -> describes(stub));
        return RemoteFailure.of(thrown).orElseThrow();
    }
}
