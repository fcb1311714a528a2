package io.speckv.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.RawMessages;
import io.speckv.kit.ScriptedInference;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Bytes that no message is written as, which {@link MalformedMessages} keeps from the services. */
class MalformedMessagesTest {
    /** A field of the second number whose length is beyond the bytes. */
    private static final byte[] BROKEN = {0x12, 0x7f, 1};

    private final Queue<String> served = new ConcurrentLinkedQueue<>();

    private static MethodDescriptor<byte[], byte[]> raw(MethodDescriptor<?, ?> method) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .setRequestMarshaller(RawMessages.MARSHALLER)
                .setResponseMarshaller(RawMessages.MARSHALLER)
                .build();
    }

    @Test
    void aRequestThatIsNoMessageIsRefusedByItsMethod() throws IOException {
        ScriptedInference service = new ScriptedInference(observer -> {
            served.add("generate");
            observer.onNext(GenerateResponse.getDefaultInstance());
            observer.onCompleted();
        });
        try (LoopbackServer server = LoopbackServer.serving(service)) {
            var channel = server.channel().channel();
            Throwable thrown = catchThrowable(() -> ClientCalls.blockingServerStreamingCall(
                            channel,
                            raw(InferenceServiceGrpc.getGenerateMethod()),
                            CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
                            BROKEN)
                    .forEachRemaining(answer -> {}));
            RemoteFailure failure = RemoteFailure.of(thrown).orElseThrow();

            assertThat(failure.code()).contains(FailureCode.FIELD_INVALID);
            assertThat(failure.message())
                    .isEqualTo("the request is not a valid message of speckv.v1.InferenceService/Generate");
            assertThat(served).as("the service never saw it").isEmpty();
            InferenceServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .generate(GenerateRequest.getDefaultInstance())
                    .forEachRemaining(answer -> {});
            assertThat(served).as("the connection lives on").containsExactly("generate");
        }
    }

    /** A service that serves whoever has not gone. */
    private TargetServiceGrpc.TargetServiceImplBase stream() {
        return new TargetServiceGrpc.TargetServiceImplBase() {
            @Override
            public StreamObserver<TargetServiceGenerateRequest> generate(
                    StreamObserver<TargetServiceGenerateResponse> observer) {
                ServerCallStreamObserver<?> call = (ServerCallStreamObserver<?>) observer;
                call.setOnCancelHandler(() -> served.add("stops"));
                call.setOnCloseHandler(() -> served.add("is complete"));
                return new StreamObserver<>() {
                    @Override
                    public void onNext(TargetServiceGenerateRequest message) {
                        served.add("message");
                    }

                    @Override
                    public void onError(Throwable failure) {}

                    @Override
                    public void onCompleted() {
                        served.add("end");
                    }
                };
            }
        };
    }

    @Test
    void inAStreamTheMessagesBeforeItWereTakenAndNoneBehindItAndTheServiceStops() throws Exception {
        try (LoopbackServer server = LoopbackServer.serving(stream())) {
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                    server.channel()
                            .channel()
                            .newCall(
                                    raw(TargetServiceGrpc.getGenerateMethod()),
                                    CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS)),
                    new StreamObserver<>() {
                        @Override
                        public void onNext(byte[] message) {}

                        @Override
                        public void onError(Throwable failure) {
                            ended.complete(failure);
                        }

                        @Override
                        public void onCompleted() {
                            ended.complete(new AssertionError("it ended well"));
                        }
                    });
            for (byte[] message : List.of(new byte[0], BROKEN, new byte[0])) {
                requests.onNext(message);
            }
            requests.onCompleted();

            assertThat(RemoteFailure.of(ended.get(60, TimeUnit.SECONDS))
                            .orElseThrow()
                            .message())
                    .isEqualTo("the request is not a valid message of speckv.v1.TargetService/Generate");
        }
        assertThat(served).as("when the server has ended").containsExactly("message", "stops");
    }
}
