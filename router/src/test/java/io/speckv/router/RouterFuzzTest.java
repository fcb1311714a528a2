package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.DetokenizeRequest;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TokenizeRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Random messages made from the descriptors, and random bytes. Each call ends with a documented status that carries an
 * ErrorInfo, INTERNAL is none of them, and the router lives on. For longer: {@code -Dfuzz.seconds=3600 -Dfuzz.seed=N}.
 */
class RouterFuzzTest {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 20));
    private static final long SEED = Long.getLong("fuzz.seed", 22);
    private static final Set<Status.Code> DOCUMENTED = EnumSet.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED);

    private record Kind(MethodDescriptor<?, ?> method, Message empty) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(InferenceServiceGrpc.getGenerateMethod(), GenerateRequest.getDefaultInstance()),
            new Kind(InferenceServiceGrpc.getExplainMethod(), ExplainRequest.getDefaultInstance()),
            new Kind(InferenceServiceGrpc.getTokenizeMethod(), TokenizeRequest.getDefaultInstance()),
            new Kind(InferenceServiceGrpc.getDetokenizeMethod(), DetokenizeRequest.getDefaultInstance()));

    /** Messages as they are. */
    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        MARSHALLER;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void call(RouterRig rig, MethodDescriptor<?, ?> method, byte[] request) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setFullMethodName(method.getFullMethodName())
                .setRequestMarshaller(Bytes.MARSHALLER)
                .setResponseMarshaller(Bytes.MARSHALLER)
                .build();
        ClientCalls.blockingServerStreamingCall(
                        rig.channel, raw, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), request)
                .forEachRemaining(answer -> {});
    }

    private static void assertDocumented(RouterRig rig, Kind kind, byte[] request, String what) {
        try {
            call(rig, kind.method(), request);
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode())
                    .as("%s, %s", what, e.getStatus())
                    .isIn(DOCUMENTED);
            assertThat(RemoteFailure.of(e)).as("%s, %s", what, e.getStatus()).isPresent();
        }
    }

    @Test
    void everyMessageGetsADocumentedStatus() {
        Random random = new Random(SEED);
        RandomMessage messages = new RandomMessage(random);
        try (RouterRig rig = RouterRig.start()) {
            long end = System.nanoTime() + TIME.toNanos();
            for (int i = 0; System.nanoTime() < end; i++) {
                Kind kind = KINDS.get(random.nextInt(KINDS.size()));
                Message message = messages.of(kind.empty().getDescriptorForType());
                assertDocumented(rig, kind, message.toByteArray(), "seed " + SEED + ", message " + i + ": " + message);
            }
            assertThat(rig.once(RouterRig.request("full").build()).hasFinished())
                    .isTrue();
        }
    }

    @Test
    void bytesThatAreNoMessageAreTheClientsFault() {
        Random random = new Random(SEED);
        try (RouterRig rig = RouterRig.start()) {
            for (int i = 0; i < 300; i++) {
                Kind kind = KINDS.get(random.nextInt(KINDS.size()));
                byte[] request = new byte[random.nextInt(60)];
                random.nextBytes(request);
                assertDocumented(rig, kind, request, "seed " + SEED + ", bytes " + i);
            }
            assertThat(rig.once(RouterRig.request("full").build()).hasFinished())
                    .isTrue();
        }
    }
}
